package store

import "github.com/redis/go-redis/v9"

// receiveScript keeps a message once.
//
//	KEYS seen, mailbox, due:in   ARGV message, conversation, now (us), seconds to remember
//	returns 1 when it is new, 0 when its id was seen before
//
var receiveScript = redis.NewScript(receiveSource) //nolint:gochecknoglobals // immutable script

const receiveSource = `
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[4]) then return 0 end
redis.call('RPUSH', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[3], 'NX', ARGV[3], ARGV[2])
return 1
`

// claimScript leases what is due.
//
//	KEYS due, tries   ARGV now (us), fence = now + lease (us), how many
//	returns the next score or "", then id, tries for each claimed
//
// Tries are counted here, so that work which kills its process is counted too.
//
var claimScript = redis.NewScript(claimSource) //nolint:gochecknoglobals // immutable script

const claimSource = `
local ids = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[3])
local out = {''}
for _, id in ipairs(ids) do
  redis.call('ZADD', KEYS[1], 'XX', ARGV[2], id)
  out[#out+1] = id
  out[#out+1] = tostring(redis.call('HINCRBY', KEYS[2], id, 1))
end
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if first[2] then out[1] = first[2] end
return out
`

// changeScript does a list of steps, all or none.
//
//	KEYS  the operation's key, then every key that a step names by position
//	ARGV  seconds to remember the operation, then the steps: a letter and its arguments
//	returns OK, or CONFLICT or FENCED when a check failed and nothing was changed
//
// Checks stand before writes: Lua does not roll back.
//
//	V key version                      the document is at that version (0: absent)
//	F key id fence                     the lease is still held
//	P key version body                 write a document
//	D key                              delete a document
//	X due tries hash id                a deadline ends
//	T due tries hash id at payload     set a deadline, or move it
//	O list due lane now item           append to the outbox
//	L list entry                       append to a timeline
//	Z key score member / R key member  add to an index / remove from it
//	N key score member                 add to an index unless it is there
//	M list due tries lane now count    take the first from a mailbox or outbox lane,
//	                                   and make the rest claimable
//	S due lane at                      make a lane claimable at a time
//	B dead bodies id now body          bury
//
var changeScript = redis.NewScript(changeSource) //nolint:gochecknoglobals // immutable script

const changeSource = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 'OK' end
local i = 2
local function a() i = i + 1; return ARGV[i-1] end
local function k() return KEYS[tonumber(a())] end
while ARGV[i] do
  local step = a()
  if step == 'V' then
    local key, want = k(), a()
    if (redis.call('HGET', key, 'v') or '0') ~= want then return 'CONFLICT' end
  elseif step == 'F' then
    local key, id, fence = k(), a(), a()
    local score = redis.call('ZSCORE', key, id)
    if not score or tonumber(score) ~= tonumber(fence) then return 'FENCED' end
  elseif step == 'P' then
    local key, version, body = k(), a(), a()
    redis.call('HSET', key, 'v', version, 'b', body)
  elseif step == 'D' then redis.call('DEL', k())
  elseif step == 'X' then
    local due, tries, hash, id = k(), k(), k(), a()
    redis.call('ZREM', due, id) redis.call('HDEL', tries, id) redis.call('HDEL', hash, id)
  elseif step == 'T' then
    local due, tries, hash, id, at, payload = k(), k(), k(), a(), a(), a()
    redis.call('ZADD', due, at, id) redis.call('HDEL', tries, id) redis.call('HSET', hash, id, payload)
  elseif step == 'O' then
    local list, due, lane, now, item = k(), k(), a(), a(), a()
    redis.call('RPUSH', list, item) redis.call('ZADD', due, 'NX', now, lane)
  elseif step == 'L' then
    local list, entry = k(), a()
    redis.call('RPUSH', list, entry)
  elseif step == 'Z' then
    local key, score, member = k(), a(), a()
    redis.call('ZADD', key, score, member)
  elseif step == 'N' then
    local key, score, member = k(), a(), a()
    redis.call('ZADD', key, 'NX', score, member)
  elseif step == 'R' then
    local key, member = k(), a()
    redis.call('ZREM', key, member)
  elseif step == 'M' then
    local list, due, tries, lane, now, count = k(), k(), k(), a(), a(), tonumber(a())
    for _ = 1, count do redis.call('LPOP', list) end
    redis.call('HDEL', tries, lane)
    if redis.call('LLEN', list) > 0 then redis.call('ZADD', due, now, lane)
    else redis.call('ZREM', due, lane) end
  elseif step == 'S' then
    local due, lane, at = k(), a(), a()
    redis.call('ZADD', due, 'XX', at, lane)
  elseif step == 'B' then
    local dead, bodies, id, now, body = k(), k(), a(), a(), a()
    redis.call('ZADD', dead, now, id) redis.call('HSET', bodies, id, body)
  else return redis.error_reply('unknown step ' .. step) end
end
redis.call('SET', KEYS[1], '1', 'EX', ARGV[1])
return 'OK'
`

// allowScript is a token bucket by the generic cell rate algorithm.
//
//	KEYS bucket   ARGV now (us), interval between calls (us), burst, seconds to keep
//	returns how long to wait in microseconds, 0 when the call may be made now
//
var allowScript = redis.NewScript(allowSource) //nolint:gochecknoglobals // immutable script

const allowSource = `
local now, step, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local tat = tonumber(redis.call('GET', KEYS[1]) or '0')
if tat < now then tat = now end
local wait = tat - now - step * (burst - 1)
if wait > 0 then return string.format('%.0f', wait) end
redis.call('SET', KEYS[1], string.format('%.0f', tat + step), 'EX', ARGV[4])
return '0'
` 