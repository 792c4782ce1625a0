;;; eglot.el --- drives eglot with the recipe of editors/emacs/README.md  -*- lexical-binding: t -*-
;; emacs -Q --batch -l eglot.el, with RECIPE and FILE in the environment.

(require 'package)
(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa")
(package-initialize)
(require 'eglot)
(require 'flymake)

;; Eglot asks before it edits files that are not open.
(advice-add 'y-or-n-p :override (lambda (&rest _) t))

;; Emacs 28 has no mode for TypeScript.
(unless (fboundp 'typescript-ts-mode)
  (define-derived-mode typescript-ts-mode prog-mode "TypeScript")
  (put 'typescript-ts-mode 'eglot-language-id "typescript")
  (add-to-list 'auto-mode-alist '("\\.ts\\'" . typescript-ts-mode)))

(setq eglot-sync-connect t
      eglot-autoreconnect nil
      eglot-confirm-server-initiated-edits nil
      flymake-no-changes-timeout 0.1
      make-backup-files nil
      create-lockfiles nil)
(load (getenv "RECIPE") nil t)

(defun wait-for (what condition)
  "Wait until CONDITION holds, and return its value; end with status 1, naming WHAT, if it never does."
  (let ((end (+ (float-time) 20)) value)
    (while (not (or (setq value (funcall condition)) (> (float-time) end)))
      (accept-process-output nil 0.02))
    (unless value
      (message "never: %s" what)
      (kill-emacs 1))
    value))

(find-file (getenv "FILE"))
(apply #'eglot (eglot--guess-contact))
(wait-for "connected" #'eglot-managed-p)
(flymake-mode 1)
(flymake-start)
(let ((found (wait-for "findings" #'flymake-diagnostics)))
  (unless (string-match-p "moved to `@alga-psa/workflows" (flymake-diagnostic-text (car found)))
    (message "not said where it went: %s" (flymake-diagnostic-text (car found)))
    (kill-emacs 1)))

(workflow-ls-fix-file)
(wait-for "the fixed file" (lambda () (string-match-p "'@alga-psa/workflows/persistence'" (buffer-string))))
;; The test that mocks the module is edited, too; eglot sends the changes of other buffers when they are saved.
(save-some-buffers t)

;; As long as it takes: a server that is slower than the limit of other requests is not given up.
(setq jrpc-default-request-timeout 0.001)
(workflow-ls-fix-workspace)
(wait-for "what it did" (lambda () (with-current-buffer "*Messages*"
                                     (string-match-p "workflow-ls: [0-9]+ fixed, [0-9]+ left" (buffer-string)))))
(setq jrpc-default-request-timeout 10)
(wait-for "another fixed file"
          (lambda () (seq-find (lambda (buffer) (and (buffer-file-name buffer) (buffer-modified-p buffer))) (buffer-list))))
(save-some-buffers t)
(eglot-shutdown (eglot-current-server))
(kill-emacs 0)
