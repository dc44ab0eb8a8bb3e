;;; insert.el --- drives Emacs through one insertion, an edited bound, its undo and an update  -*- lexical-binding: t; -*-

;; Writes what happened to the file that $DERENDER_REPORT names. The paper is the buffer that Emacs visits.

(require 'cl-lib)
(require 'eglot)
(require 'json)

(defconst insert-patience 300 "Seconds.")

(defun insert-wait-for (what holds)
  "Let servers talk until HOLDS gives a value, and give it; WHAT is the word for the error."
  (let ((deadline (+ (float-time) insert-patience)) value)
    (while (not (setq value (funcall holds)))
      (when (> (float-time) deadline)
        (error "Waited in vain for %s" what))
      (accept-process-output nil 0.05))
    value))

(defun insert-reading ()
  "Give the diagnostic that tells what was read from the figure, once that is final."
  (flymake-start)
  (cl-find-if (lambda (diagnostic)
                (let ((text (flymake-diagnostic-text diagnostic)))
                  (and (string-search "commands → " text) (not (string-search "is looked for" text)))))
              (flymake-diagnostics)))

(defun insert-program ()
  "Wait for the diagnostic, choose the program, save. Give the report."
  (call-interactively #'eglot)
  (let* ((diagnostic (insert-wait-for "a reading" #'insert-reading))
         (offered nil))
    (goto-char (flymake-diagnostic-beg diagnostic))
    (let ((line (line-number-at-pos)))
      (cl-letf (((symbol-function 'completing-read)
                 (lambda (_prompt items &rest _)
                   (setq offered (mapcar #'car items))
                   "Insert TikZ program"))
                (last-nonmenu-event ?x)) ; chosen by the keyboard, not from a menu
        (call-interactively #'eglot-code-actions))
      (save-buffer)
      (undo-boundary)
      `((drawing_undone . ,(if (insert-extend) t :json-false))
        (diagnostic . ,(flymake-diagnostic-text diagnostic))
        (line . ,line)
        (offered . ,(vconcat offered))))))

(defun insert-extend ()
  "Give the first loop a turn more in the program, and save until the figure has followed.
Take back what the save drew, tell whether that was one step, and have it drawn by the documented command."
  (goto-char (point-min))
  (re-search-forward "(i < \\([0-9]+\\))")
  (replace-match (number-to-string (1+ (string-to-number (match-string 1)))) t t nil 1)
  (undo-boundary) ; as between two commands
  (let ((edited (buffer-string)) drawn undone)
    (insert-wait-for "the figure to follow its program"
                     (lambda ()
                       (set-buffer-modified-p t)
                       (save-buffer)
                       (accept-process-output nil 0.2)
                       (not (equal edited (buffer-string)))))
    (setq drawn (buffer-string))
    (undo-boundary)
    (undo)
    (setq undone (equal edited (buffer-string)))
    (undo-boundary)
    (derender-update-all)
    (insert-wait-for "all figures to be updated" (lambda () (equal drawn (buffer-string))))
    (set-buffer-modified-p t)
    (save-buffer)
    undone))

(defun insert-main ()
  "Run, report, leave."
  (let ((report (condition-case problem
                    (insert-program)
                  (error `((error . ,(error-message-string problem)))))))
    (with-temp-file (getenv "DERENDER_REPORT")
      (insert (json-encode report))))
  (kill-emacs 0))

(setq eglot-connect-timeout nil ; a loaded machine starts servers slowly
      eglot-confirm-server-initiated-edits nil
      eglot-autoshutdown t
      make-backup-files nil)
(insert-main)

;;; insert.el ends here
