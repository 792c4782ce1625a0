-- What the server requests of Neovim.

local M = {}

--- The URIs that the last edit from the server changed.
--- @type string[]
M.changed = {}

--- The client for which a command of this plugin runs, which shows its result itself, in one message.
--- @type integer?
M.quiet = nil

--- workspace/applyEdit
--- @param params lsp.ApplyWorkspaceEditParams
--- @param ctx lsp.HandlerContext
function M.apply_edit(_, params, ctx)
  M.changed = M.files(params.edit)
  -- Without its label, which would be one more message to confirm.
  return vim.lsp.handlers['workspace/applyEdit'](nil, { edit = params.edit }, ctx)
end

--- @param edit lsp.WorkspaceEdit
--- @return string[] the URIs of the files that it changes
function M.files(edit)
  local uris = vim.tbl_keys(edit.changes or {})
  for _, change in ipairs(edit.documentChanges or {}) do
    uris[#uris + 1] = change.textDocument and change.textDocument.uri
  end
  return uris
end

local LEVELS = { vim.log.levels.ERROR, vim.log.levels.WARN, vim.log.levels.INFO, vim.log.levels.DEBUG }

--- window/showMessage
--- @param params lsp.ShowMessageParams
--- @param ctx lsp.HandlerContext
function M.show_message(_, params, ctx)
  if M.quiet ~= ctx.client_id then
    vim.notify('workflow-ls: ' .. params.message, LEVELS[params.type] or vim.log.levels.INFO)
  end
  return params
end

--- workspace/diagnostic/refresh: findings may differ in buffers that were not changed themselves.
--- @param ctx lsp.HandlerContext
function M.refresh(_, _, ctx)
  local client = vim.lsp.get_client_by_id(ctx.client_id)
  for bufnr in pairs(client and client.attached_buffers or {}) do
    if #vim.fn.win_findbuf(bufnr) > 0 then
      M.pull(client, bufnr)
    end
  end
  return vim.NIL
end

--- Requests the findings of a buffer.
--- @param client vim.lsp.Client
--- @param bufnr integer
function M.pull(client, bufnr)
  local params = { textDocument = { uri = vim.uri_from_bufnr(bufnr) } }
  client:request('textDocument/diagnostic', params, nil, bufnr)
end

--- How many files an edit changed and left unsaved: what was not open is open now, in a hidden buffer.
--- @param uris string[]
--- @param here? integer a buffer that does not count
--- @return integer
function M.unsaved(uris, here)
  local count = 0
  for _, uri in ipairs(uris) do
    local bufnr = vim.uri_to_bufnr(uri)
    count = count + ((bufnr ~= here and vim.bo[bufnr].modified) and 1 or 0)
  end
  return count
end

return M
