// Stands in for the Python extension: the part of its interface that tells which environment is selected. `select` is the author's
// choice of another one.
const vscode = require("vscode");

exports.activate = () => {
  const changed = new vscode.EventEmitter();
  let selected = process.env.DERENDER_FIRST_PYTHON;
  return {
    environments: {
      getActiveEnvironmentPath: () => ({ id: selected, path: selected }),
      resolveEnvironment: async ({ path }) => ({ id: path, executable: { uri: vscode.Uri.file(path) } }),
      onDidChangeActiveEnvironmentPath: changed.event,
    },
    select(path) {
      selected = path;
      changed.fire({ id: path, path });
    },
  };
};
