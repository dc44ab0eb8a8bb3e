;;; insert.el --- drives Emacs through one insertion  -*- lexical-binding: t; -*-

;; Writes what happened to the file that $DERENDER_REPORT names. The paper is the buffer that Emacs visits.

(require 'cl-lib)
(require 'eglot)
(require 'json)

(defconst insert-patience 60 "Seconds.")

(defun insert-wait-for (what holds)
  "Let servers talk until HOLDS gives a value, and give it; WHAT is the word for the error."
  (let ((deadline (+ (float-time) insert-patience)) value)
    (while (not (setq value (funcall holds)))
      (when (> (float-time) deadline)
        (error "Waited in vain for %s" what))
      (accept-process-output nil 0.05))
    value))

(defun insert-program ()
  "Wait for the diagnostic, choose the program, save. Give the report."
  (call-interactively #'eglot)
  (let* ((diagnostic (insert-wait-for "a diagnostic"
                                      (lambda () (flymake-start) (car (flymake-diagnostics)))))
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
      `((diagnostic . ,(flymake-diagnostic-text diagnostic))
        (line . ,line)
        (offered . ,(vconcat offered))))))

(defun insert-main ()
  "Run, report, leave."
  (let ((report (condition-case problem
                    (insert-program)
                  (error `((error . ,(error-message-string problem)))))))
    (with-temp-file (getenv "DERENDER_REPORT")
      (insert (json-encode report))))
  (kill-emacs 0))

(setq eglot-confirm-server-initiated-edits nil
      eglot-autoshutdown t
      make-backup-files nil)
(insert-main)

;;; insert.el ends here
