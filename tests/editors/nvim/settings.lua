-- The documented settings reach the server: a rule is off.
local T = ...
vim.cmd('WorkflowStatus')
local list = T.wait('a quickfix list', function()
  local list = vim.fn.getqflist()
  return #list > 0 and list
end)
for _, item in ipairs(list) do
  T.ok(not item.text:find('[legacy-proxy]', 1, true), item.text)
end
