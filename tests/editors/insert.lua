-- Drives Neovim through one insertion and an edited bound, the undo of both, and an update of all figures, and writes what happened to
-- the file that $DERENDER_REPORT names.

local PATIENCE = 300000

local function wait_for(what, holds)
  if not vim.wait(PATIENCE, holds, 50) then
    error("waited in vain for " .. what)
  end
  return true
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
end

local report = { offered = {} }

-- Gives the first loop a turn more in the program and saves; takes back what the save drew, has it drawn by the documented command where
-- there is one, and saves once more.
local function extend()
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local before, bound, after = line:match("^(.-%(i < )(%d+)(%).*)$")
    if bound then
      vim.api.nvim_buf_set_lines(0, number - 1, number, false, { before .. (bound + 1) .. after })
      break
    end
  end
  vim.o.undolevels = vim.o.undolevels -- the author's edit is a step of its own, as one typed by hand is
  local edited = text()
  vim.cmd("write")
  wait_for("the figure to follow its program", function()
    return text() ~= edited
  end)
  local drawn = text()
  vim.cmd("undo")
  report.drawing_undone = text() == edited
  if vim.fn.exists(":DerenderUpdateAll") == 2 then
    vim.cmd("DerenderUpdateAll")
    report.updated = wait_for("all figures to be updated", function()
      return text() == drawn
    end)
  else
    vim.cmd("redo")
  end
  vim.cmd("write")
end

-- What was read from the figure, once that is final.
local function reading()
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    local message = diagnostic.message
    if message:find("commands → ", 1, true) and not message:find("is looked for", 1, true) then
      return diagnostic
    end
  end
end

local function insert()
  wait_for("a reading", reading)
  local diagnostic = reading()
  report.diagnostic = { source = diagnostic.source, message = diagnostic.message, severity = diagnostic.severity, line = diagnostic.lnum + 1 }
  vim.ui.select = function(items, _, choose)
    for index, item in ipairs(items) do
      local title = (item.action or item[2]).title -- Neovim 0.11, Neovim 0.7
      table.insert(report.offered, title)
      if title == "Insert TikZ program" then
        choose(item, index)
      end
    end
  end
  vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })
  vim.lsp.buf.code_action()
  wait_for("the inserted program", function()
    return text():find("\\begin{tikzpicture}", 1, true) ~= nil
  end)
  vim.cmd("write")
  vim.cmd("undo")
  report.undone = text()
  vim.cmd("redo")
  extend()
end

local ok, problem = pcall(insert)
report.error = not ok and tostring(problem) or nil
vim.fn.writefile({ vim.fn.json_encode(report) }, vim.env.DERENDER_REPORT)
vim.cmd("qall!")
