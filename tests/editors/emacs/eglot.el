;;; eglot.el --- drives eglot with the recipe of editors/emacs/README.md  -*- lexical-binding: t -*-
;; emacs -Q --batch -l eglot.el, with RECIPE and FILE in the environment.

(load (expand-file-name "common" (file-name-directory load-file-name)) nil t)
(start-eglot)
(expect-finding)

(workflow-ls-fix-file)
(wait-for "the fixed file" (lambda () (string-match-p "'@alga-psa/workflows/persistence'" (buffer-string))))
;; The test that mocks the module is edited, too; eglot sends the changes of other buffers when they are saved.
(save-some-buffers t)

;; As long as it takes: a server that is slower than the limit of other requests is not given up.
(setq jrpc-default-request-timeout 0.001)
(workflow-ls-fix-workspace)
(wait-for "what it did" (lambda () (shown-message "workflow-ls: [0-9]+ fixed, [0-9]+ left")))
(setq jrpc-default-request-timeout 120)
(wait-for "another fixed file"
          (lambda () (seq-find (lambda (buffer) (and (buffer-file-name buffer) (buffer-modified-p buffer))) (buffer-list))))
(save-some-buffers t)
(eglot-shutdown (eglot-current-server))
(kill-emacs 0)
