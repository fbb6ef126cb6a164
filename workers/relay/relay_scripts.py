"""The relay's Lua scripts. Each is atomic: what it checks holds while it writes.

All take the epoch's key as `KEYS[1]`; the other keys begin with the same hash tag and are made from it.
"""

from __future__ import annotations

import hashlib
from typing import Final


class Script:
    """A script and the name under which Redis keeps it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


ADOPT: Final = Script("""
-- epoch, run id, fence -> 'ok', 'fenced', or 'other' when a new epoch must begin
local now = redis.call('HMGET', KEYS[1], 'id', 'run_id', 'fence')
if now[3] and tonumber(now[3]) > tonumber(ARGV[3]) then return 'fenced' end
if now[1] ~= ARGV[1] or now[2] ~= ARGV[2] then return 'other' end
redis.call('HSET', KEYS[1], 'fence', ARGV[3])
return 'ok'
""")

BEGIN: Final = Script("""
-- epoch, run id, fence -> 'ok' or 'fenced'
local fence = redis.call('HGET', KEYS[1], 'fence')
if fence and tonumber(fence) > tonumber(ARGV[3]) then return 'fenced' end
redis.call('HSET', KEYS[1], 'id', ARGV[1], 'run_id', ARGV[2], 'fence', ARGV[3])
return 'ok'
""")

_CHECK: Final = """
if redis.replicate_commands then redis.replicate_commands() end
local now = redis.call('HMGET', KEYS[1], 'id', 'fence')
if now[1] ~= ARGV[1] then return 'epoch' end
if tonumber(now[2]) ~= tonumber(ARGV[2]) then return 'fenced' end
local base = '{events}:' .. ARGV[1] .. ':'
"""

APPEND: Final = Script(
    _CHECK
    + """
-- epoch, fence, events kept, events per mark, oldest id kept, pulse to tell (or nothing), then for each document
-- workspace, id, count, placements, items -> number of documents that were new
local keep, every, oldest = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local touched, order, added, failed = {}, {}, 0, nil
for i = 7, #ARGV, 5 do
  local workspace, id, count = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  local seen = touched[workspace]
  if not seen then
    local before = redis.call('HGET', base .. 'meta:' .. workspace, 'n')
    seen = {workspace = workspace, n = tonumber(before or '0'), first = not before}
    touched[workspace] = seen
    order[#order + 1] = seen
  end
  local reply = redis.pcall('XADD', base .. 'stream:' .. workspace, id,
                            's', seen.n, 'p', ARGV[i + 3], 'd', ARGV[i + 4])
  if type(reply) ~= 'table' then
    local marks = math.floor(seen.n / every)
    seen.n, seen.id, added = seen.n + count, id, added + 1
    if math.floor(seen.n / every) > marks then
      redis.call('RPUSH', base .. 'marks:' .. workspace, seen.n .. ' ' .. id)
    end
  elseif not string.find(reply.err, 'equal or smaller', 1, true) then
    failed = reply
    break
  end
end
for _, seen in ipairs(order) do
  if seen.id then
    local stream, marks = base .. 'stream:' .. seen.workspace, base .. 'marks:' .. seen.workspace
    redis.call('HSET', base .. 'meta:' .. seen.workspace, 'n', seen.n, 'id', seen.id)
    if seen.first then redis.call('SADD', base .. 'workspaces', seen.workspace) end
    if seen.n > keep then
      local passed
      local mark = redis.call('LINDEX', marks, 0)
      while mark and tonumber(string.match(mark, '^%d+')) <= seen.n - keep do
        passed = string.match(mark, ' (.*)$')
        redis.call('LPOP', marks)
        mark = redis.call('LINDEX', marks, 0)
      end
      if passed then
        local time, index = string.match(passed, '^(%d+)-(%d+)$')
        redis.call('XTRIM', stream, 'MINID', time .. '-' .. string.format('%d', index + 1))
      end
    end
    redis.call('XTRIM', stream, 'MINID', oldest)
  end
end
if failed then return failed end
if ARGV[6] ~= '' then redis.call('PUBLISH', '{events}:pulse', ARGV[6]) end
return added
"""
)

TRIM: Final = Script(
    _CHECK
    + """
-- epoch, fence, oldest id kept, workspaces -> number of entries dropped
local dropped = 0
for i = 4, #ARGV do
  dropped = dropped + redis.call('XTRIM', base .. 'stream:' .. ARGV[i], 'MINID', ARGV[3])
end
return dropped
"""
)
