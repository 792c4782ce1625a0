-- Of JSON files, the server is attached to those that decide about imports, and to no other.
local T = ...
local function attached(file)
  vim.cmd.edit(file)
  return vim.wait(60000, function()
    return #vim.lsp.get_clients({ name = 'workflow_ls', bufnr = 0 }) > 0
  end, 10)
end

vim.fn.mkdir('node_modules/x', 'p')
vim.fn.writefile({ '{}' }, 'node_modules/x/package.json')
vim.fn.writefile({ '{}' }, 'other.json')
-- Nothing comes of these, so there is nothing to wait for but the event loop's next turns.
for _, file in ipairs({ 'other.json', 'node_modules/x/package.json', vim.env.OUTSIDE .. '/package.json' }) do
  vim.cmd.edit(file)
  T.equal(vim.bo.filetype, 'json', file)
  local turns = 0
  vim.wait(1000, function()
    turns = turns + 1
    return turns > 20
  end, 5)
  T.equal(#vim.lsp.get_clients({ name = 'workflow_ls', _uninitialized = true }), 0, 'started for ' .. file)
end
for _, file in ipairs({ 'package.json', 'packages/billing/package.json', 'tsconfig.base.json', 'workflow-ls.json' }) do
  T.ok(attached(file), 'not attached to ' .. file)
end
T.equal(#vim.lsp.get_clients({ name = 'workflow_ls' }), 1, 'one server for the workspace')

-- A mistake is shown where it is.
vim.api.nvim_buf_set_lines(0, 0, 1, false, { '{', '  "calees": [],' })
local finding = T.wait('the mistake', function()
  return vim.iter(vim.diagnostic.get(0)):find(function(each)
    return each.message:find('calees', 1, true)
  end)
end)
T.equal(finding.lnum, 1, 'its line')
