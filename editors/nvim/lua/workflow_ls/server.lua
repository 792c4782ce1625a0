-- Where the server is, which files it is started for, and how.

local messages = require('workflow_ls.messages')

local M = {}

M.name = 'workflow_ls'

--- The workspace that a server was requested for last.
--- @type string?
M.latest = nil

--- The command that starts the server.
--- @param root? string the workspace, whose virtual environment is looked into if the user said so
--- @return string[]? command
--- @return string how it was found; without a command, what is wrong with the one that was set
function M.find(root)
  local own = vim.tbl_get(vim.g, 'workflow_ls', 'cmd')
  if own then
    if type(own) == 'table' and type(own[1]) == 'string' and vim.fn.executable(own[1]) == 1 then
      return own, 'vim.g.workflow_ls.cmd'
    end
    return nil, "vim.g.workflow_ls.cmd can't be run: " .. vim.inspect(own, { newline = ' ', indent = '' })
  end
  local path = vim.fn.exepath('workflow-ls')
  if path ~= '' then
    return { path, 'serve', '--stdio' }, 'PATH'
  end
  -- A program out of the workspace runs only if the user trusts it.
  if root and vim.g.workflow_ls_use_venv then
    for _, place in ipairs({ 'node_modules/.bin', '.venv/bin', 'venv/bin', '.venv/Scripts', 'venv/Scripts' }) do
      path = vim.fn.exepath(vim.fs.joinpath(root, place, 'workflow-ls'))
      if path ~= '' then
        return { path, 'serve', '--stdio' }, ('%s of %s'):format(place, root)
      end
    end
  end
  return nil, 'not found'
end

--- The command that installs the server, with what this machine has.
--- @return string
function M.advice()
  local source = M.checkout() or 'PATH-OF-THE-WORKFLOW-LS-CHECKOUT'
  source = source:find('[^%w@%%+=:,./~_-]') and vim.fn.shellescape(source) or source
  if vim.fn.executable('pipx') == 0 and vim.fn.executable('uv') == 1 then
    return 'uv tool install ' .. source
  end
  return 'pipx install ' .. source
end

--- The checkout that this plugin is part of; nil where only its folder was copied.
--- @return string?
function M.checkout()
  local here = vim.uv.fs_realpath(debug.getinfo(1, 'S').source:sub(2))
  local root = here and vim.fs.root(here, 'pyproject.toml')
  local file = root and io.open(vim.fs.joinpath(root, 'pyproject.toml'))
  if not file then
    return nil
  end
  local text = file:read('*a')
  file:close()
  return text:find('name = "workflow-ls"', 1, true) and root or nil
end

--- Says that there is no server, and what to do; once, unless `again`.
--- @param how string what `find` said
--- @param again? boolean the user ran a command, and is to get an answer
function M.show_missing(how, again)
  if M.shown_missing and not again then
    return
  end
  M.shown_missing = true
  local what = how == 'not found' and ('not installed; run `%s`, then open the file again'):format(M.advice()) or how
  messages.warn(what .. ' (:checkhealth workflow_ls)')
end

--- The nearest directory upwards with workflow-ls.json, .git, or workspaces; the same as the command line takes.
--- @param path string a file or a directory
--- @return string?
function M.root(path)
  return vim.fs.root(path, function(name, directory)
    return name == 'workflow-ls.json'
      or name == '.git'
      or name == 'pnpm-workspace.yaml'
      or (name == 'package.json' and M.has_workspaces(directory))
  end)
end

--- What a workspace has that is a reason to start: a configuration, the legacy tree, or the package that it moved to.
M.reasons = {
  'workflow-ls.json',
  'ee/packages/workflows/package.json',
  'shared/workflow',
  'node_modules/@alga-psa/workflows/package.json',
}

--- @param root string
--- @return boolean whether there is a reason to start the server in a workspace
function M.has_reason(root)
  return vim.iter(M.reasons):any(function(name)
    return vim.uv.fs_stat(vim.fs.joinpath(root, name)) ~= nil
  end)
end

--- @param directory string
--- @return boolean whether its package.json names workspaces
function M.has_workspaces(directory)
  local file = io.open(vim.fs.joinpath(directory, 'package.json'))
  if not file then
    return false
  end
  local read, manifest = pcall(vim.json.decode, file:read('*a') or '')
  file:close()
  return read and type(manifest) == 'table' and manifest.workspaces ~= nil
end

--- Decides for a buffer whether the server is started, as lsp-root_dir does.
---
--- A workspace needs a reason.  There, source files get it, and JSON files that decide about imports: manifests,
--- configurations of TypeScript, and workflow-ls.json.
--- @param bufnr integer
--- @param on_dir fun(root?: string)
function M.attach(bufnr, on_dir)
  local path = vim.api.nvim_buf_get_name(bufnr)
  if path == '' or path:find('^%a[%w+.-]+://') then
    return
  end
  local root = M.root(path)
  if not root or not M.has_reason(root) then
    return
  end
  if vim.bo[bufnr].filetype:find('^json') and not M.is_wanted(path) then
    return
  end
  if type(vim.lsp.config[M.name].cmd) == 'function' then
    M.latest = root
    local command, how = M.find(root)
    if not command then
      vim.schedule(function()
        M.show_missing(how)
      end)
      return
    end
  end
  on_dir(root)
end

--- @param path string a JSON file of a workspace
--- @return boolean whether it decides about imports
function M.is_wanted(path)
  local name = vim.fs.basename(path)
  return not path:find('[/\\]node_modules[/\\]')
    and (name == 'workflow-ls.json' or name == 'package.json' or name:find('^[tj]sconfig.*%.json$') ~= nil)
end

--- Starts the server's process, for vim.lsp.Config.cmd.
--- @param dispatchers vim.lsp.rpc.Dispatchers
--- @param root? string not given by the first releases of Neovim 0.11
--- @return vim.lsp.rpc.PublicClient
function M.start(dispatchers, root)
  root = root or M.latest
  local command, how = M.find(root)
  if not command then
    error('workflow-ls: ' .. how, 0)
  end
  M.watch()
  return vim.lsp.rpc.start(command, dispatchers, { cwd = root })
end

--- Keeps what is shown up to date where Neovim does not by itself.
function M.watch()
  local group = vim.api.nvim_create_augroup('workflow_ls', {})
  vim.api.nvim_create_autocmd({ 'FocusGained', 'VimResume', 'TermLeave', 'ShellCmdPost' }, {
    group = group,
    desc = 'Notify workflow-ls that files may have changed: a branch may have been switched',
    callback = function()
      for _, client in ipairs(vim.lsp.get_clients({ name = M.name })) do
        -- On Linux Neovim watches no files.
        local watching =
          vim.tbl_get(client.capabilities, 'workspace', 'didChangeWatchedFiles', 'dynamicRegistration')
        if client.root_dir and not watching then
          local change = { uri = vim.uri_from_fname(client.root_dir), type = 2 }
          client:notify('workspace/didChangeWatchedFiles', { changes = { change } })
        end
      end
    end,
  })
  vim.api.nvim_create_autocmd('BufWinEnter', {
    group = group,
    desc = 'Request from workflow-ls the findings of a buffer that was hidden: Neovim requests those in windows only',
    callback = function(args)
      for _, client in ipairs(vim.lsp.get_clients({ name = M.name, bufnr = args.buf })) do
        require('workflow_ls.handlers').pull(client, args.buf)
      end
    end,
  })
end

return M
