-- :checkhealth workflow_ls

local server = require('workflow_ls.server')

local M = {}

function M.check()
  vim.health.start('workflow-ls')
  if vim.fn.has('nvim-0.11') == 0 then
    return vim.health.error('Neovim is older than 0.11', 'Install Neovim 0.11 or newer.')
  end
  vim.health.ok('Neovim ' .. tostring(vim.version()))
  local root = M.workspace()
  M.check_server(root)
  M.check_enabled()
  M.check_clients(root)
end

--- The workspace of the file that was shown before the report, or of the working directory.
--- @return string?
function M.workspace()
  for _, bufnr in ipairs({ vim.api.nvim_get_current_buf(), vim.fn.bufnr('#') }) do
    if bufnr > 0 and vim.bo[bufnr].buftype == '' and vim.api.nvim_buf_get_name(bufnr) ~= '' then
      return server.root(vim.api.nvim_buf_get_name(bufnr))
    end
  end
  return server.root(vim.fn.getcwd())
end

--- @param root? string
function M.check_server(root)
  local configured = vim.lsp.config[server.name].cmd
  local command, how = server.find(root)
  if type(configured) == 'table' then
    command, how = configured, "vim.lsp.config('workflow_ls')"
  end
  if not command then
    if how ~= 'not found' then
      return vim.health.error(how, 'Name a program that can be run, or remove the setting.')
    end
    local advice = { ('Run `%s`, then restart Neovim.'):format(server.advice()) }
    advice[2] = 'Or set `vim.g.workflow_ls = { cmd = { "/path/to/workflow-ls", "serve", "--stdio" } }`.'
    advice[3] = 'Or set `vim.g.workflow_ls_use_venv = true` to use the `.venv` of workspaces, if you trust them.'
    vim.health.error('The server `workflow-ls` is not found.', advice)
    M.check_python()
    return M.check_installers()
  end
  local version = M.version(command)
  if version then
    vim.health.ok(('Server: %s (%s, from %s)'):format(version, command[1], how))
  else
    local advice = ('Try `%s --version` in a terminal; install it again if that fails.'):format(command[1])
    vim.health.error(('The server does not run: %s (from %s)'):format(table.concat(command, ' '), how), advice)
  end
end

--- @param command string[] what starts the server
--- @return string? what it says of its version
function M.version(command)
  local asked = {}
  for _, part in ipairs(command) do
    if part == 'serve' then
      break
    end
    asked[#asked + 1] = part
  end
  asked[#asked + 1] = '--version'
  local started, process = pcall(vim.system, asked, { text = true })
  local done = started and process:wait(10000)
  return done and done.code == 0 and vim.trim(done.stdout) or nil
end

--- What the server needs to be installed.
function M.check_python()
  for _, name in ipairs({ 'python3', 'python' }) do
    local version = vim.fn.executable(name) == 1 and M.version({ name })
    if version then
      local major, minor = version:match('(%d+)%.(%d+)')
      if tonumber(major) == 3 and tonumber(minor) >= 10 then
        return vim.health.ok(('%s (%s) can run it'):format(version, vim.fn.exepath(name)))
      end
      return vim.health.error(version .. ' is too old for it', 'Install Python 3.10 or newer.')
    end
  end
  vim.health.error('There is no Python', 'Install Python 3.10 or newer, or uv, which brings its own.')
end

--- What installs it.
function M.check_installers()
  for _, name in ipairs({ 'pipx', 'uv' }) do
    if vim.fn.executable(name) == 1 then
      return vim.health.ok(name .. ' can install it')
    end
  end
  vim.health.warn('Neither pipx nor uv is installed', 'Install one of them: https://pipx.pypa.io, https://docs.astral.sh/uv')
end

function M.check_enabled()
  if vim.lsp.is_enabled and not vim.lsp.is_enabled(server.name) then
    vim.health.warn('Not enabled', "Put `vim.lsp.enable('workflow_ls')` into your init.lua.")
  else
    vim.health.ok('Enabled')
  end
end

--- @param root? string
function M.check_clients(root)
  local clients = vim.lsp.get_clients({ name = server.name })
  if #clients == 0 and root and not server.has_reason(root) then
    local reasons = table.concat(server.reasons, ', ')
    vim.health.info(('Not running: the workspace %s has none of %s'):format(root, reasons))
  elseif #clients == 0 and root then
    vim.health.info(('Not running; the workspace here is %s. Open a TypeScript file.'):format(root))
  elseif #clients == 0 then
    vim.health.info('Not running, and there is no workspace here. Open a TypeScript file of your monorepo.')
  end
  for _, client in ipairs(clients) do
    local buffers = vim.tbl_count(client.attached_buffers)
    local where = client.root_dir
    vim.health.ok(('Attached to %d buffer%s, root: %s'):format(buffers, buffers == 1 and '' or 's', where))
    M.check_running(client)
  end
end

--- @param client vim.lsp.Client
function M.check_running(client)
  local params = { command = 'workflow-ls.debugInformation' }
  local answer, failure = client:request_sync('workspace/executeCommand', params, 5000)
  local information = answer and answer.result
  if not information then
    local why = answer and answer.err and answer.err.message or failure or 'no answer'
    local advice = 'Restart Neovim; its log says what went wrong: ' .. vim.lsp.log.get_filename()
    return vim.health.error('The running server does not answer: ' .. why, advice)
  end
  vim.health.ok(('Running: workflow-ls %s, Python %s'):format(information.versions['workflow-ls'], information.versions.python))
end

return M
