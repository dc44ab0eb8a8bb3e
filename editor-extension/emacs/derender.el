;;; derender.el --- Derender in Emacs, through eglot  -*- lexical-binding: t; -*-

;; Copy these lines to your init file. `derender-lsp' must be on the PATH (or in `exec-path').

(define-derived-mode derender-mode prog-mode "Derender" "Graphics programs.")
(add-to-list 'auto-mode-alist '("\\.dr\\'" . derender-mode))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((latex-mode LaTeX-mode plain-tex-mode derender-mode) . ("derender-lsp" "--stdio"))))

(add-hook 'latex-mode-hook #'eglot-ensure)
(add-hook 'LaTeX-mode-hook #'eglot-ensure)
(add-hook 'derender-mode-hook #'eglot-ensure)

;;; derender.el ends here
