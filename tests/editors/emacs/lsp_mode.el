;;; lsp_mode.el --- drives lsp-mode with the recipe of editors/emacs/README.md  -*- lexical-binding: t -*-
;; emacs -Q --batch -l lsp_mode.el, with RECIPE and FILE in the environment.

(load (expand-file-name "common" (file-name-directory load-file-name)) nil t)
(require 'lsp-mode)
(require 'lsp-diagnostics)
(setq lsp-auto-guess-root t
      lsp-restart 'ignore
      lsp-keep-workspace-alive nil
      lsp-session-file (expand-file-name "lsp-session" (getenv "HOME"))
      lsp-enable-suggest-server-download nil
      lsp-diagnostics-provider :flymake
      lsp-enable-file-watchers nil)
(load (getenv "RECIPE") nil t)

(find-file (getenv "FILE"))
(lsp)
(wait-for "connected" (lambda () (lsp-find-workspace 'workflow-ls (buffer-file-name))))
(expect-finding)

(lsp-execute-code-action-by-kind "source.fixAll.workflow-ls")
(wait-for "the fixed file" (lambda () (string-match-p "'@alga-psa/workflows/persistence'" (buffer-string))))
(save-some-buffers t)

(setq lsp-response-timeout 0.001)
(workflow-ls-lsp-fix-workspace)
(wait-for "what it did" (lambda () (shown-message "workflow-ls: [0-9]+ fixed, [0-9]+ left")))
(setq lsp-response-timeout 120)
(save-some-buffers t)
(kill-emacs 0)
