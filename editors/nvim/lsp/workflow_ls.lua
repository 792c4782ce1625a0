---@brief
---
--- workflow-ls: finds references to the legacy workflow modules of a TypeScript monorepo, and rewrites them.
---
--- `workflow-ls` is installed with npm (`npm install --save-dev workflow-ls`) or Python (`pipx install workflow-ls`).
--- It starts where there is a reason: `workflow-ls.json`, the legacy tree, or the package that it moved to.

-- Neovim reads this when the first file is opened; all work is done in functions, which load the plugin's modules when
-- they are called.

-- From 0.12 on Neovim pulls again by itself when the server requests it.
local refreshes =
  vim.tbl_get(vim.lsp.protocol.make_client_capabilities(), 'workspace', 'diagnostics', 'refreshSupport')

---@type vim.lsp.Config
return {
  cmd = function(dispatchers, config)
    return require('workflow_ls.server').start(dispatchers, config and config.root_dir)
  end,
  filetypes = {
    'typescript',
    'typescriptreact',
    'javascript',
    'javascriptreact',
    'vue',
    'svelte',
    'astro',
    'json',
    'jsonc',
  },
  -- Instead of root_markers, which can't say "package.json with workspaces", nor keep away from other files.
  root_dir = function(bufnr, on_dir)
    require('workflow_ls.server').attach(bufnr, on_dir)
  end,
  workspace_required = true,
  on_attach = function(_, bufnr)
    require('workflow_ls').add_commands(bufnr)
  end,
  -- The edit of a closed file is made for the text that it has when the action is chosen.
  init_options = { resolveEdits = true },
  settings = { ['workflow-ls'] = { codeLens = true, workspaceDiagnostics = true } },
  capabilities = {
    -- Of a link, Neovim hides the address but leaves its room: gaps in every hover.
    textDocument = { hover = { contentFormat = { 'plaintext' } } },
    workspace = not refreshes and { diagnostics = { refreshSupport = true } } or nil,
  },
  handlers = {
    ['workspace/applyEdit'] = function(...)
      return require('workflow_ls.handlers').apply_edit(...)
    end,
    ['window/showMessage'] = function(...)
      return require('workflow_ls.handlers').show_message(...)
    end,
    ['workspace/diagnostic/refresh'] = not refreshes and function(...)
      return require('workflow_ls.handlers').refresh(...)
    end or nil,
  },
}
