;;; eglot_monorepo.el --- fixes a whole monorepo with eglot, and says how long it took  -*- lexical-binding: t -*-
;; emacs -Q --batch -l eglot_monorepo.el, with RECIPE and FILE in the environment.

(load (expand-file-name "common" (file-name-directory load-file-name)) nil t)
(start-eglot)
;; No request of eglot's own may take as long as this one: a limit on it would end the test.
(setq jrpc-default-request-timeout 0.001)
(let ((began (float-time)))
  (workflow-ls-fix-workspace)
  (message "asked in %.1f s" (- (float-time) began))
  (let ((outcome (wait-for "what it did" (lambda () (shown-message "workflow-ls: [0-9]+ fixed, [0-9]+ left")) 840)))
    (message "%s, in %.1f s" outcome (- (float-time) began))))
(setq jrpc-default-request-timeout 120)
(save-some-buffers t)
(eglot-shutdown (eglot-current-server))
(kill-emacs 0)
