// The gallery's page: an empty frame that view.ts fills. Nothing but the extension's own script and style is loaded, and pictures
// come from the extension's messages or the photograph's folder.

/** What the page is made of. */
export interface Parts {
  /** The origin of the extension's own resources. */
  readonly source: string;
  readonly script: string;
  readonly style: string;
}

export function galleryPage({ source, script, style }: Parts): string {
  const policy =
    `default-src 'none'; img-src ${source} data:; style-src ${source}; script-src ${source}; ` +
    "base-uri 'none'; form-action 'none'"; // which default-src does not cover
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${style}">
  <title>Derender</title>
</head>
<body>
  <main id="gallery" aria-live="polite"></main>
  <script src="${script}"></script>
</body>
</html>
`;
}
