-- Messages, all with the same name in front.

local M = {}

--- @param message string
function M.info(message)
  vim.notify('workflow-ls: ' .. message, vim.log.levels.INFO)
end

--- @param message string
function M.warn(message)
  vim.notify('workflow-ls: ' .. message, vim.log.levels.WARN)
end

--- @param count integer
--- @param noun string
--- @return string "1 file", "2 files"
function M.counted(count, noun)
  return ('%d %s%s'):format(count, noun, count == 1 and '' or 's')
end

return M
