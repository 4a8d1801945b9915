#!lua name=callcenter

-- The journal's atomic steps. Loaded by callcenter/journal/functions.py; all keys of one
-- call carry the shard's hash tag. Numbers here are doubles: exact for milliseconds.

local function id_milliseconds(id)
  return tonumber(string.match(id, '^(%d+)-'))
end

local function text(number)
  return string.format('%.0f', number)
end

-- The journal's time: the last one plus what the wall clock has moved on since. It never
-- goes back, and a wall clock that was set back (or an id from the future) does not freeze
-- it, as XADD's own '*' would. While it is ahead of the wall clock it moves on by four fifths,
-- until they agree: promises for a time of day must not stay an hour off for ever.
-- Returns the time, and by how much the wall clock stepped.
local function stamp(clock, journal, step_limit)
  local time = redis.call('TIME')
  local wall = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local known = redis.call('HMGET', clock, 'wall', 't', 'rest')
  local last_wall, t = tonumber(known[1] or ''), tonumber(known[2] or '')
  local rest = tonumber(known[3] or '') or 0
  local stepped = 0
  if not t or not last_wall then  -- new, lost or damaged
    t, last_wall = math.max(t or 0, wall), wall
    if redis.call('EXISTS', journal) == 1 then
      local newest = redis.call('XREVRANGE', journal, '+', '-', 'COUNT', 1)
      if newest[1] then t = math.max(t, id_milliseconds(newest[1][1])) end
    end
  end
  local change = wall - last_wall
  if change < -1000 or change > step_limit then stepped = change end
  if change > 0 and t > last_wall then
    local fifths = change * 4 + rest
    t = math.max(wall, t + math.floor(fifths / 5))
    rest = fifths % 5
  else
    t = t + math.max(0, change)
  end
  redis.call('HSET', clock, 'wall', text(wall), 't', text(t), 'rest', text(rest))
  return t, stepped
end

-- Adds one event. An id that somebody else put there, ahead of our time, makes XADD refuse
-- ours: the journal goes on from it. Returns the entry's id, and the time.
local function add(keys, t, event)
  local id = redis.pcall('XADD', keys[1], text(t) .. '-*', 'e', event)
  if type(id) == 'table' and id.err then
    local about = redis.call('XINFO', 'STREAM', keys[1])
    for i = 1, #about, 2 do
      if about[i] == 'last-generated-id' then t = math.max(t, id_milliseconds(about[i + 1])) end
    end
    redis.call('HSET', keys[2], 't', text(t))
    id = redis.call('XADD', keys[1], text(t) .. '-*', 'e', event)
  end
  return id, t
end

-- KEYS: journal, clock, producers, generation, and optionally a hash for a mark.
-- ARGV: producer, its epoch, its number of this call, step limit (ms), a new generation,
--   field and value of the mark (set in the same step), events...
-- A call that is repeated (its answer was lost) appends nothing and returns the same id.
local function append(keys, args)
  local producer, epoch, number = args[1], args[2], args[3]
  local seen = redis.call('HGET', keys[3], producer)
  if seen then
    local last_epoch, last_number, last_id = string.match(seen, '^(%S+) (%d+) (%S+)$')
    if last_epoch == epoch and tonumber(number) <= tonumber(last_number) then return last_id end
  end
  redis.call('SETNX', keys[4], args[5])
  local t, stepped = stamp(keys[2], keys[1], tonumber(args[4]))
  if stepped ~= 0 then
    local event = '{"type":"clock_stepped.1","by":' .. text(stepped) .. '}'
    local _
    _, t = add(keys, t, event)
  end
  local id
  if keys[5] then redis.call('HSET', keys[5], args[6], args[7]) end
  for i = 8, #args do id, t = add(keys, t, args[i]) end
  redis.call('HSET', keys[3], producer, epoch .. ' ' .. number .. ' ' .. id)
  return id
end

local function leads(lead, token)
  return redis.call('HGET', lead, 'token') == token
end

-- KEYS: lead, position, decisions, command streams...
-- ARGV: token, new position, longest command stream, number of decisions,
--   (entry, decisions) pairs, (index of command stream from 1, id, command) triples.
-- All of it or, when another leads by now, none of it. Alone, it is what older leaders call.
local function step(keys, args)
  if not leads(keys[1], args[1]) then return redis.error_reply('FENCED another router leads') end
  for i = 3, #keys do  -- a script that fails half-way is not undone: see beforehand
    local kind = redis.call('TYPE', keys[i]).ok
    if kind ~= 'stream' and kind ~= 'none' then
      return redis.error_reply('WRONGTYPE a stream of the step is none')
    end
  end
  local at = 5
  for _ = 1, tonumber(args[4]) do
    redis.call('XADD', keys[3], args[at], 'd', args[at + 1])
    at = at + 2
  end
  while at <= #args do
    local stream = keys[3 + tonumber(args[at])]
    redis.call('XADD', stream, 'MAXLEN', '~', args[3], '*', 'id', args[at + 1], 'c', args[at + 2])
    at = at + 3
  end
  redis.call('SET', keys[2], args[2])
  redis.call('HINCRBY', keys[1], 'beat', 1)
  return 'OK'
end

-- KEYS: journal, then as for step. ARGV: the position that this leader published last, then as
-- for step. A Redis that took over from another one without its last moments has not what this
-- leader has folded: nothing of it may be published there.
local function publish(keys, args)
  local journal, before = table.remove(keys, 1), table.remove(args, 1)
  if not leads(keys[1], args[1]) then return redis.error_reply('FENCED another router leads') end
  local published = redis.pcall('GET', keys[2])  -- damaged: the step mends it
  local moved = type(published) == 'string' and string.match(published, '^%d+-%d+$')
    and published ~= before
  if moved or #redis.call('XRANGE', journal, args[2], args[2]) == 0 then
    return redis.error_reply('DIVERGED not the journal that was folded')
  end
  return step(keys, args)
end

-- KEYS: lead. ARGV: the token and the beat that were seen last, the taker's name.
-- Only if nothing has moved since: returns the new token, or nil.
local function take_lead(keys, args)
  local known = redis.call('HMGET', keys[1], 'token', 'beat')
  if (known[1] or '0') ~= args[1] or (known[2] or '0') ~= args[2] then return false end
  local token = text(tonumber(args[1]) + 1)
  redis.call('HSET', keys[1], 'token', token, 'owner', args[3])
  redis.call('HINCRBY', keys[1], 'beat', 1)
  return token
end

-- KEYS: lead. ARGV: token.
local function beat(keys, args)
  if not leads(keys[1], args[1]) then return redis.error_reply('FENCED another router leads') end
  return redis.call('HINCRBY', keys[1], 'beat', 1)
end

-- KEYS: snapshot, position. ARGV: position of the snapshot, state.
-- Never older than the one that is there, never ahead of what was published.
local function save(keys, args)
  local function before(a, b)
    local am, as = string.match(a, '^(%d+)-(%d+)$')
    local bm, bs = string.match(b, '^(%d+)-(%d+)$')
    if not am or not bm then return false end  -- damaged: it holds nobody up
    am, as, bm, bs = tonumber(am), tonumber(as), tonumber(bm), tonumber(bs)
    return am < bm or (am == bm and as < bs)
  end
  local published = redis.call('GET', keys[2]) or '0-0'
  if before(published, args[1]) then return 0 end
  local old = redis.call('HGET', keys[1], 'position')
  if old and before(args[1], old) and not before(published, old) then return 0 end
  redis.call('HSET', keys[1], 'position', args[1], 'state', args[2])
  return 1
end

-- KEYS: journal, decisions, the mark that something is gone. ARGV: the first entry to keep.
-- The mark is set in the same step as something goes, and only then: whoever finds no snapshot
-- folds a whole journal from its start, and begins empty behind one that is not.
local function trim(keys, args)
  local decided = redis.call('XTRIM', keys[2], 'MINID', '~', args[1])
  local gone = redis.call('XTRIM', keys[1], 'MINID', '~', args[1])
  if decided > 0 or gone > 0 then redis.call('SET', keys[3], args[1]) end
  return gone
end

redis.register_function('cc_append', append)
redis.register_function('cc_step', step)
redis.register_function('cc_publish', publish)
redis.register_function('cc_take_lead', take_lead)
redis.register_function('cc_beat', beat)
redis.register_function('cc_save', save)
redis.register_function('cc_trim', trim)
