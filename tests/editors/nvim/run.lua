-- Runs a scenario in a Neovim that started as a user's does: nvim -c 'luafile run.lua', with SCENARIO set.
-- Ends with exit status 1, and what went wrong on standard error, unless the scenario returns.

local T = {}

--- Fails unless a condition holds.
function T.ok(condition, what)
  if not condition then
    error(what .. '\nmessages:\n' .. vim.fn.execute('messages'), 2)
  end
end

function T.equal(actual, expected, what)
  if not vim.deep_equal(actual, expected) then
    error(('%s: %s, expected %s'):format(what, vim.inspect(actual), vim.inspect(expected)), 2)
  end
end

--- Waits until a condition holds, and returns its value.
function T.wait(what, condition)
  local value
  vim.wait(60000, function()
    value = condition()
    return value
  end, 10)
  T.ok(value, 'never: ' .. what)
  return value
end

--- Opens a file, and waits until the server is attached to it.
function T.open(file)
  vim.cmd.edit(vim.fn.fnameescape(file))
  return T.wait('attached to ' .. file, function()
    return vim.lsp.get_clients({ name = 'workflow_ls', bufnr = 0 })[1]
  end)
end

--- Waits until the current buffer has findings, and returns them.
function T.findings()
  return T.wait('findings', function()
    local found = vim.diagnostic.get(0)
    return #found > 0 and found
  end)
end

--- Puts the cursor on a text.
function T.cursor(text)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  T.ok(vim.fn.search('\\V' .. vim.fn.escape(text, '\\'), 'c') > 0, 'not in the buffer: ' .. text)
end

--- The text of the hover at the cursor.
function T.hover()
  vim.lsp.buf.hover()
  local window = T.wait('a hover', function()
    return vim.iter(vim.api.nvim_list_wins()):find(function(win)
      return vim.api.nvim_win_get_config(win).relative ~= ''
    end)
  end)
  local text = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
  vim.api.nvim_win_close(window, true)
  return text
end

--- Blocks until there is a message that holds a text.
function T.said(text)
  T.wait('the message ' .. text, function()
    return vim.fn.execute('messages'):find(text, 1, true)
  end)
end

function T.lines(bufnr)
  return table.concat(vim.api.nvim_buf_get_lines(bufnr or 0, 0, -1, false), '\n')
end

--- The buffers that are changed and not saved.
function T.modified()
  return vim.tbl_filter(function(bufnr)
    return vim.bo[bufnr].modified
  end, vim.api.nvim_list_bufs())
end

local done, failure = xpcall(function()
  assert(loadfile(vim.env.SCENARIO))(T)
end, debug.traceback)
if not done then
  io.stderr:write(failure, '\n')
  vim.cmd('cquit 1')
end
vim.cmd('qall!')
