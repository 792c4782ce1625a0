;;; common.el --- what all of these scripts begin with  -*- lexical-binding: t -*-

(require 'package)
(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa")
(package-initialize)
(require 'seq)
(require 'flymake)

;; Clients ask before they edit files that are not open.
(advice-add 'y-or-n-p :override (lambda (&rest _) t))

;; Emacs 28 has no mode for TypeScript.
(unless (fboundp 'typescript-ts-mode)
  (define-derived-mode typescript-ts-mode prog-mode "TypeScript")
  (put 'typescript-ts-mode 'eglot-language-id "typescript")
  (add-to-list 'auto-mode-alist '("\\.ts\\'" . typescript-ts-mode)))

(setq flymake-no-changes-timeout 0.1
      make-backup-files nil
      create-lockfiles nil
      large-file-warning-threshold nil)

(defun wait-for (what condition &optional seconds)
  "Wait until CONDITION holds, and return its value; end with status 1, naming WHAT, if it never does."
  (let ((end (+ (float-time) (or seconds 120))) value)
    (while (not (or (setq value (funcall condition)) (> (float-time) end)))
      (accept-process-output nil 0.02))
    (unless value
      (message "never: %s" what)
      (kill-emacs 1))
    value))

(defun shown-message (pattern)
  "Whether a message that fits PATTERN was shown; returns it."
  (with-current-buffer "*Messages*"
    (save-excursion
      (goto-char (point-min))
      (and (re-search-forward pattern nil t) (match-string 0)))))

(defun start-eglot ()
  "Open the file, and start the server of the recipe."
  (require 'eglot)
  (setq eglot-sync-connect t
        eglot-autoreconnect nil
        eglot-confirm-server-initiated-edits nil)
  (load (getenv "RECIPE") nil t)
  (find-file (getenv "FILE"))
  (apply #'eglot (eglot--guess-contact))
  (wait-for "connected" #'eglot-managed-p))

(defun expect-finding ()
  "Show what is wrong in the buffer, and leave Emacs if its first finding does not say where the module went."
  (flymake-mode 1)
  (flymake-start)
  (let ((found (wait-for "findings" #'flymake-diagnostics)))
    (unless (string-match-p "moved to `@alga-psa/workflows" (flymake-diagnostic-text (car found)))
      (message "not said where it went: %s" (flymake-diagnostic-text (car found)))
      (kill-emacs 1))))
