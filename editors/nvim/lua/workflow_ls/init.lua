-- The commands, and what a configuration may call.

local messages = require('workflow_ls.messages')
local server = require('workflow_ls.server')
local handlers = require('workflow_ls.handlers')

local M = {}

local TIMEOUT = 10000 -- milliseconds

--- Fixes all workflow imports in a file, and blocks until it is done, so that `:WorkflowFixAll | write` does what it says.
--- @param bufnr? integer the current one by default
function M.fix_file(bufnr)
  bufnr = bufnr or vim.api.nvim_get_current_buf()
  local client = M.attached(bufnr)
  if not client then
    return
  end
  handlers.changed, handlers.quiet = {}, client.id
  local answer
  M.execute(client, 'workflow-ls.fixFile', { vim.uri_from_bufnr(bufnr) }, function(err, outcome)
    answer = { err = err, outcome = outcome }
  end, bufnr)
  local answered = vim.wait(TIMEOUT, function()
    return answer ~= nil
  end, 5)
  handlers.quiet = nil
  M.show_outcome(answer and answer.err, answer and answer.outcome, answered and nil or 'timeout', bufnr)
end

--- Fixes all workflow imports in the workspace.
function M.fix_workspace()
  local client = M.client()
  if not client then
    return
  end
  handlers.changed, handlers.quiet = {}, client.id
  M.execute(client, 'workflow-ls.fixWorkspace', nil, function(err, outcome)
    handlers.quiet = nil
    M.show_outcome(err, outcome)
  end)
end

--- Lists what is left in the quickfix list, the severest first, with the reason where something can't be fixed.
function M.status()
  local client = M.client()
  if not client then
    return
  end
  M.execute(client, 'workflow-ls.status', nil, function(err, found)
    if err then
      return messages.warn(err.message)
    elseif found.stopped then
      return messages.warn('stopped; nothing was listed')
    elseif found.total == 0 then
      return messages.info('no findings: nothing is left to move')
    end
    local title = ('%s in %s'):format(messages.counted(found.total, 'finding'), messages.counted(found.files, 'file'))
    local items = { E = {}, W = {}, I = {} }
    for _, item in ipairs(vim.lsp.util.locations_to_items(found.findings, client.offset_encoding)) do
      local finding = item.user_data
      item.type = finding.severity:sub(1, 1):upper()
      item.text = ('%s [%s]'):format(finding.message:gsub('%s*\n%s*', ' '), finding.rule)
      item.user_data = { rule = finding.rule, status = finding.status }
      table.insert(items[item.type], item)
    end
    local sorted = vim.iter({ items.E, items.W, items.I }):flatten(1):totable()
    vim.fn.setqflist({}, ' ', { title = 'Workflow imports: ' .. title, items = sorted })
    vim.cmd('botright copen')
  end)
end

--- Opens the workspace's workflow-ls.json, or else the built-in table.
function M.mapping()
  local bufnr = vim.api.nvim_get_current_buf()
  local client = M.client()
  if not client then
    return
  end
  local here = vim.bo[bufnr].buftype == '' and vim.api.nvim_buf_get_name(bufnr) ~= ''
  local arguments = here and { vim.uri_from_bufnr(bufnr) } or nil
  M.execute(client, 'workflow-ls.showMapping', arguments, function(err, shown)
    if err then
      return messages.warn(err.message)
    end
    for _, problem in ipairs(shown.problems) do
      messages.warn(problem)
    end
  end)
end

--- Fixes all workflow imports in a file by code action, for an autocommand before a file is written.
---
--- Silent where the server is not attached, does not answer in time, or has nothing to fix.
--- @param bufnr? integer the current one by default
--- @param timeout? integer milliseconds; 2000 by default
function M.fix_on_save(bufnr, timeout)
  bufnr = bufnr or vim.api.nvim_get_current_buf()
  for _, client in ipairs(vim.lsp.get_clients({ bufnr = bufnr, name = server.name })) do
    local params = {
      textDocument = { uri = vim.uri_from_bufnr(bufnr) },
      range = { start = { line = 0, character = 0 }, ['end'] = { line = 0, character = 0 } },
      context = { only = { 'source.fixAll.workflow-ls' }, diagnostics = {} },
    }
    local answer = client:request_sync('textDocument/codeAction', params, timeout or 2000, bufnr)
    for _, action in ipairs(answer and answer.result or {}) do
      if not action.edit and not action.disabled and action.data then
        -- Where other files are edited, too, the edit is made for the texts that they have once it is chosen.
        local resolved = client:request_sync('codeAction/resolve', action, timeout or 2000, bufnr)
        action = resolved and resolved.result or action
      end
      if action.edit and not action.disabled then
        vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
        local others = handlers.unsaved(handlers.files(action.edit), bufnr)
        if others > 0 then
          messages.info(('%s changed, too (:wall saves)'):format(messages.counted(others, 'other file')))
        end
      end
    end
  end
end

--- Has the server execute a command.
--- @param client vim.lsp.Client
--- @param command string
--- @param arguments? any[]
--- @param on_answer fun(err?: lsp.ResponseError, result?: any)
--- @param bufnr? integer
function M.execute(client, command, arguments, on_answer, bufnr)
  client:exec_cmd({ title = command, command = command, arguments = arguments }, { bufnr = bufnr }, on_answer)
end

--- The commands of a buffer that the server is attached to.
local COMMANDS = {
  LspWorkflowFixAll = { 'fix_file', 'Fix all workflow imports in this file' },
  LspWorkflowFixWorkspace = { 'fix_workspace', 'Fix all workflow imports in the workspace' },
  LspWorkflowStatus = { 'status', 'List what is left of the workflow imports in the quickfix list' },
  LspWorkflowMapping = { 'mapping', 'Open the table that says where workflow modules went' },
}

--- Adds the commands of a buffer, whose names begin as those of other servers do.
--- @param bufnr integer
function M.add_commands(bufnr)
  for name, command in pairs(COMMANDS) do
    local action, description = command[1], command[2]
    vim.api.nvim_buf_create_user_command(bufnr, name, function()
      M[action]()
    end, { bar = true, desc = description })
  end
end

--- The client of a buffer; without one, says so.
--- @param bufnr integer
--- @return vim.lsp.Client?
function M.attached(bufnr)
  local client = vim.lsp.get_clients({ bufnr = bufnr, name = server.name })[1]
  if not client then
    messages.warn('not attached to this buffer (:checkhealth workflow_ls)')
  end
  return client
end

--- The client of the current buffer, or else of the workspace at hand, which is started if need be.
--- @return vim.lsp.Client?
function M.client()
  local client = vim.lsp.get_clients({ bufnr = 0, name = server.name })[1]
  if client then
    return client
  end
  local path = vim.bo.buftype == '' and vim.api.nvim_buf_get_name(0) or ''
  local root = server.root(path ~= '' and path or vim.fn.getcwd())
  local running = vim.lsp.get_clients({ name = server.name })
  if not root and #running == 1 then
    return running[1]
  end
  local config = vim.deepcopy(vim.lsp.config[server.name])
  if type(config.cmd) == 'function' then
    local command, how = server.find(root)
    if not command then
      return server.show_missing(how, true)
    end
  end
  if not root then
    return messages.warn('no workspace here: neither workflow-ls.json, .git nor workspaces in a package.json upwards')
  end
  config.root_dir = root
  local id = vim.lsp.start(config, { attach = false })
  client = id and vim.lsp.get_client_by_id(id)
  local started = client
    and vim.wait(TIMEOUT, function()
      return client.initialized or client:is_stopped()
    end, 10)
  if not started or client:is_stopped() then
    return messages.warn('the server does not start (:checkhealth workflow_ls)')
  end
  return client
end

--- Shows what fixing came to, in one message.
--- @param err? lsp.ResponseError
--- @param outcome? { applied: boolean, fixed: integer, left: integer, reason?: string }
--- @param failure? string why there is neither
--- @param here? integer the buffer at hand
function M.show_outcome(err, outcome, failure, here)
  if not outcome then
    return messages.warn(err and err.message or failure or 'no answer')
  elseif not outcome.applied then
    return messages.warn('nothing was changed: ' .. tostring(outcome.reason))
  end
  local left = outcome.left > 0 and (', %d left (:WorkflowStatus)'):format(outcome.left) or ''
  if outcome.fixed == 0 then
    return messages.info('nothing to fix' .. left)
  end
  local install = outcome.install and '; install the packages again' or ''
  -- Short enough for one line of most windows, so that nobody is asked to press Enter.
  local files = handlers.unsaved(handlers.changed, here)
  local where = here and ', and %s changed (:wall saves)' or ' in %s (:wall saves)'
  where = files > 0 and where:format(messages.counted(files, here and 'other file' or 'file')) or ''
  messages.info(('%d fixed%s%s%s'):format(outcome.fixed, where, left, install))
end

return M
