-- :WorkflowStatus lists what there is in the quickfix list, without a file being open.
local T = ...
vim.cmd('WorkflowStatus')
local list = T.wait('a quickfix list', function()
  local list = vim.fn.getqflist({ items = 0, title = 0, winid = 0 })
  return #list.items > 0 and list.winid ~= 0 and list
end)
T.equal(#list.items, tonumber(vim.env.FINDINGS), 'the findings')
T.ok(list.title:find(vim.env.FINDINGS .. ' findings in', 1, true), list.title)
local types = {}
for _, item in ipairs(list.items) do
  types[item.type] = true
  T.ok(item.lnum > 0 and item.col > 0, 'without a place: ' .. item.text)
end
T.ok(types.W and types.I, 'warnings and information')

-- The place of an entry is that of the specifier.
for index, item in ipairs(list.items) do
  if item.text:find('[deprecated-import]', 1, true) then
    vim.cmd('cc ' .. index)
    local line = vim.api.nvim_buf_get_lines(0, item.lnum - 1, item.lnum, false)[1]
    T.ok(line:sub(item.col, item.end_col - 1):find('/workflow[^\'"`]*$'), line)
  end
end
