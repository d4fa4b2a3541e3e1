/**
 * What happens inside Redis, each script as one step. A key is a hash:
 *
 *   d, e         the value and the epoch it was read under
 *   i:<token>    a write under way, until when (ms); an x behind it: another write overlapped
 *   L, Lx        the lease of the one reader that may fill, until when
 *
 * `d` is there only while no write is under way: `announce` removes it, `settle` and `fill` put it back only when nothing
 * came in between. Every rule holds when fields vanish (eviction, restart) or time jumps: that only ever empties a key.
 * Each script removes before it adds, and so is not stopped halfway by a full memory: Redis asks only at the first write.
 */

const prelude = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

-- Whatever else was put there by somebody is in the way.
local function ours(key)
  local kind = redis.call('TYPE', key).ok
  if kind ~= 'hash' and kind ~= 'none' then redis.call('DEL', key) end
end

-- A time further ahead than anybody writes comes from a clock that was set back.
local function lives(till, longest)
  local ms = tonumber(string.match(till or '', '^%d+'))
  return ms ~= nil and ms > now and ms <= now + longest
end

-- Names of the writes under way; removes the dead ones.
local function writes(key, longest)
  local found = {}
  for _, field in ipairs(redis.call('HKEYS', key)) do
    if string.sub(field, 1, 2) == 'i:' then
      if lives(redis.call('HGET', key, field), longest) then found[#found + 1] = field
      else redis.call('HDEL', key, field) end
    end
  end
  return found
end

local function keep(key, ms)
  if redis.call('PTTL', key) < ms then redis.call('PEXPIRE', key, ms) end
end

local function store(key, epoch, value, ttl)
  redis.call('HSET', key, 'e', epoch, 'd', value)
  redis.call('PEXPIRE', key, ttl)
  return 1
end
`;

/**
 * ARGV: epoch, token, lease ms, longest ms of a write. Answers per key {'H', epoch, value}, {'F'} (read the database
 * and fill), {'L'} (another reader fills) or {'W'} (a write is under way).
 */
const read = `${prelude}
local answer = {}
for n, key in ipairs(KEYS) do
  ours(key)
  local held = redis.call('HMGET', key, 'e', 'd', 'L', 'Lx')
  if held[2] and (tonumber(held[1]) or -1) >= tonumber(ARGV[1]) then
    answer[n] = {'H', held[1], held[2]}
  elseif #writes(key, tonumber(ARGV[4])) > 0 then
    answer[n] = {'W'}
  elseif held[3] and lives(held[4], tonumber(ARGV[3])) then
    answer[n] = {'L'}
  else
    redis.call('HDEL', key, 'e', 'd')
    redis.call('HSET', key, 'L', ARGV[2], 'Lx', now + tonumber(ARGV[3]))
    keep(key, tonumber(ARGV[3]) * 2)
    answer[n] = {'F'}
  end
end
return answer`;

/** ARGV: token, lease ms, epoch, TTL ms, then a value per key; an empty one only gives the lease back. Answers how many were stored. */
const fill = `${prelude}
local stored = 0
for n, key in ipairs(KEYS) do
  ours(key)
  local lease = redis.call('HMGET', key, 'L', 'Lx')
  if lease[1] == ARGV[1] then
    redis.call('HDEL', key, 'L', 'Lx')
    if ARGV[4 + n] ~= '' and lives(lease[2], tonumber(ARGV[2])) then
      stored = stored + store(key, ARGV[3], ARGV[4 + n], ARGV[4])
    end
  end
end
return stored`;

/** Before COMMIT. ARGV: token, ms the mark holds, longest ms of a write. Empties the keys and refuses fills until `settle`. */
const announce = `${prelude}
local till = now + tonumber(ARGV[2])
for _, key in ipairs(KEYS) do
  ours(key)
  redis.call('HDEL', key, 'e', 'd', 'L', 'Lx')
  local others = writes(key, tonumber(ARGV[3]))
  for _, field in ipairs(others) do
    local other = redis.call('HGET', key, field)
    if not string.find(other, 'x') then redis.call('HSET', key, field, other .. 'x') end
  end
  redis.call('HSET', key, 'i:' .. ARGV[1], till .. (#others > 0 and 'x' or ''))
  keep(key, tonumber(ARGV[2]) + 1000)
end
return #KEYS`;

/**
 * After COMMIT. ARGV: token, longest ms of a write, epoch, TTL ms, then a value per key or ''. Stores it when this write's mark
 * survived and no other write overlapped it, so that none can have been committed after; otherwise leaves the key empty.
 */
const settle = `${prelude}
local stored = 0
for n, key in ipairs(KEYS) do
  ours(key)
  local own = redis.call('HGET', key, 'i:' .. ARGV[1])
  redis.call('HDEL', key, 'i:' .. ARGV[1], 'e', 'd', 'L', 'Lx')
  if own and ARGV[4 + n] ~= '' and not string.find(own, 'x') and lives(own, tonumber(ARGV[2])) then
    stored = stored + store(key, ARGV[3], ARGV[4 + n], ARGV[4])
  end
end
return stored`;

/** Nothing was committed. ARGV: token. */
const withdraw = `
for _, key in ipairs(KEYS) do redis.pcall('HDEL', key, 'i:' .. ARGV[1]) end
return #KEYS`;

/** Nobody knows whether it was committed, or when it will be. ARGV: token, longest ms of a write. The keys stay empty as long. */
const doubt = `${prelude}
for _, key in ipairs(KEYS) do
  ours(key)
  redis.call('HDEL', key, 'e', 'd', 'L', 'Lx')
  redis.call('HSET', key, 'i:' .. ARGV[1], (now + tonumber(ARGV[2])) .. 'x')
  keep(key, tonumber(ARGV[2]) + 1000)
end
return #KEYS`;

/** The value could not be understood. */
const forget = `
for _, key in ipairs(KEYS) do redis.pcall('HDEL', key, 'e', 'd') end
return #KEYS`;

export const scripts = { read, fill, announce, settle, withdraw, doubt, forget } as const;
export type ScriptName = keyof typeof scripts;
