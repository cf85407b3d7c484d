package store

import (
	"crypto/sha1" //nolint:gosec // the digest by which Redis knows a script, not a secret
	"encoding/hex"
)

// script is a program that Redis runs, and the digest by which it knows it.
type script struct{ source, digest string }

func newScript(source string) script {
	sum := sha1.Sum([]byte(source)) //nolint:gosec // see above
	return script{source, hex.EncodeToString(sum[:])}
}

// The scripts. Each is run by its digest, declares every key it touches, or with
// what the names of some begin, and is given the time; each is tested on Redis and on
// the embedded store, whose Lua differs. One that is repeated because its answer was lost must change nothing
// the second time, yet it writes again the little that lets WAIT tell whether
// the replicas have the first.
var (
	receiveScript = newScript(receiveSource) //nolint:gochecknoglobals // immutable script
	claimScript   = newScript(claimSource)   //nolint:gochecknoglobals // immutable script
	changeScript  = newScript(changeSource)  //nolint:gochecknoglobals // immutable script
	blankScript   = newScript(blankSource)   //nolint:gochecknoglobals // immutable script
	agesScript    = newScript(agesSource)    //nolint:gochecknoglobals // immutable script
	numberScript  = newScript(numberSource)  //nolint:gochecknoglobals // immutable script
	allowScript   = newScript(allowSource)   //nolint:gochecknoglobals // immutable script
	paceScript    = newScript(paceSource)    //nolint:gochecknoglobals // immutable script
	recallScript  = newScript(recallSource)  //nolint:gochecknoglobals // immutable script
	rewindScript  = newScript(rewindSource)  //nolint:gochecknoglobals // immutable script
)

// receiveSource keeps a message once, behind those that were sent before it: the
// frames of a burst come in any order. It never comes before a message that
// somebody holds, or held: of that the tries tell, whatever the clocks say.
//
//	KEYS     seen, mailbox, due, tries
//	ARGV     message, conversation, now (us), seconds to remember its id, when it
//	         was sent (ms, 0 for unknown), with which stored messages begin
//	returns  1 when it is new, 0 when its id was seen before
const receiveSource = `
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[4]) then
  redis.call('EXPIRE', KEYS[1], ARGV[4])
  return 0
end
local sent, later = tonumber(ARGV[5]), nil
local n = redis.call('LLEN', KEYS[2])
if sent > 0 and n > 0 then
  for i = n - 1, math.max(redis.call('HEXISTS', KEYS[4], ARGV[2]), n - 16), -1 do
    local other = redis.call('LINDEX', KEYS[2], i)
    if tonumber(string.match(other, '^{"sent_ms":(%d+)') or '0') <= sent then break end
    later = other
  end
end
if later then
  redis.call('LINSERT', KEYS[2], 'BEFORE', later, ARGV[1])
else
  redis.call('RPUSH', KEYS[2], ARGV[1])
end
redis.call('ZADD', KEYS[3], 'NX', ARGV[3], ARGV[2])
return 1
`

// claimSource leases what is due, of the first lane before the second, at most a
// thousand of each.
//
//	KEYS     due and tries of each lane
//	ARGV     now (us), now + lease (us), how many, number of lanes, then perhaps how
//	         the hashes of bodies are called (see share)
//	returns  the lowest score that is left or "", then for each claimed one its
//	         lane from 1, id, fence, tries, when it was due (us), body or ""
//
// Tries are counted here, so that work which kills its process is counted too.
// In the lane with bodies they are "tries due": the score stops telling when a
// deadline was due once it is claimed. The field "" of tries counts the claims of
// the lane; it makes fences differ even where the clock stands still.
const claimSource = `
local out, left, lanes, first = {''}, tonumber(ARGV[3]), tonumber(ARGV[4]), nil
for lane = 1, lanes do
  local due, tries, bodies = KEYS[2*lane-1], KEYS[2*lane], ARGV[5]
  local found, ids, scores, counts = {}, {}, {}, {}
  if left > 0 then found = redis.call('ZRANGE', due, '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, math.min(left, 1000), 'WITHSCORES') end
  if #found > 0 then
    local turn = redis.call('HINCRBY', tries, '', 1)
    local fence = string.format('%.0f', tonumber(ARGV[2]) + turn % 1000)
    for n = 1, #found, 2 do
      ids[#ids+1] = found[n]
      scores[n], scores[n+1] = fence, found[n]
    end
    redis.call('ZADD', due, 'XX', unpack(scores))
    local before = redis.call('HMGET', tries, unpack(ids))
    for n, id in ipairs(ids) do
      local since, body = string.format('%.0f', tonumber(found[2*n])), ''
      local tried, at = string.match(before[n] or '', '(%d+) ?(%d*)')
      tried = tostring(tonumber(tried or '0') + 1)
      counts[2*n-1], counts[2*n] = id, tried
      if bodies then
        if at and at ~= '' then since = at end
        counts[2*n] = tried .. ' ' .. since
        body = redis.call('HGET', bodies .. string.sub(redis.sha1hex(id), 1, 3), id) or ''
      end
      out[#out+1] = tostring(lane)
      out[#out+1] = id
      out[#out+1] = fence
      out[#out+1] = tried
      out[#out+1] = since
      out[#out+1] = body
    end
    redis.call('HSET', tries, unpack(counts))
    left = left - #ids
  end
  local next = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
  if next[2] and (not first or tonumber(next[2]) < tonumber(first)) then first = next[2] end
end
if first then out[1] = first end
return out
`

// changeSource does a list of steps, all or none.
//
//	KEYS     the operation's key, then every key that a step names by position
//	ARGV     seconds to remember the operation, 1 if a step checks a fence, then
//	         the steps: a letter and its arguments
//	returns  OK, or HANDED if step H leased, and if step N leased the rest its fence,
//	         tries and first items; or CONFLICT or FENCED when a check failed and
//	         nothing was changed
//
// Checks stand before writes: Lua does not roll back. A fence holds but once, so
// that only a change without one must ask first whether it was made before; one with
// a fence is remembered for what it leased, and repeated it is fenced otherwise.
//
//	V key field version                the document is at that version (0: absent)
//	F due id fence                     the lease is still held
//	P key field value                  write a value, in a field of a hash or, with
//	                                   field "", alone
//	D key field                        delete a document
//	X due tries bodies id              a deadline ends
//	T due tries bodies id at body      set a deadline, or move it; body "" for none
//	O said list due ttl to now item    append to the outbox, unless its id was there before
//	A list due to now item             append to the outbox
//	H list due tries to now item fence append to the outbox, and lease it at once with
//	                                   the fence if nothing waits before it
//	L list entry                       append to a timeline
//	W ages words share at timeline     a timeline holds words that old, or names
//	Z key score member                 add to an index
//	R key member                       remove from an index
//	M list due tries id now count      take the first from a mailbox or an outbox, and
//	                                   make the rest claimable
//	N list due tries id now count      the same as M, but lease the rest at once, for
//	  lease items before               as long, and with as many items if the first may
//	                                   be merged; not while the lane before has work
//	S due id at                        make claimable at a time
//	B dead bodies words id now body    bury
const changeSource = `
local function before(otherwise)
  local done = redis.call('GET', KEYS[1])
  if not done then return otherwise end
  redis.call('EXPIRE', KEYS[1], ARGV[1])
  local fence, tries = string.match(done, '(%d+) (%d+)')
  return {'OK', fence, tries}
end
if ARGV[2] ~= '1' then
  local done = before(nil)
  if done then return done end
end
local i, leased, result = 3, '-', {'OK'}
local mergeable = '"mergeable":true' -- the field of bot.Outgoing; in words its quotes are escaped
local function a() i = i + 1; return ARGV[i-1] end
local function k() i = i + 1; return KEYS[tonumber(ARGV[i-1])] end
local call = redis.call
while ARGV[i] do
  local step = a()
  if step == 'V' then
    local key, field, want, head = k(), a(), a(), nil
    if field == '' then head = call('GETRANGE', key, 0, 19) else head = call('HGET', key, field) end
    local version = string.match(head or '', '^%d+') or '0'
    if version ~= want then return before({'CONFLICT'}) end
  elseif step == 'F' then
    local due, id, fence = k(), a(), a()
    local score = call('ZSCORE', due, id)
    if not score or tonumber(score) ~= tonumber(fence) then return before({'FENCED'}) end
  elseif step == 'P' then
    local key, field, value = k(), a(), a()
    if field == '' then call('SET', key, value) else call('HSET', key, field, value) end
  elseif step == 'D' then
    local key, field = k(), a()
    if field == '' then call('DEL', key) else call('HDEL', key, field) end
  elseif step == 'X' then
    local due, tries, bodies, id = k(), k(), k(), a()
    call('ZREM', due, id) call('HDEL', tries, id) call('HDEL', bodies, id)
  elseif step == 'T' then
    local due, tries, bodies, id, at, body = k(), k(), k(), a(), a(), a()
    call('ZADD', due, at, id) call('HDEL', tries, id)
    if body == '' then call('HDEL', bodies, id) else call('HSET', bodies, id, body) end
  elseif step == 'O' then
    local said, list, due, ttl, to, now, item = k(), k(), k(), a(), a(), a(), a()
    if call('SET', said, '1', 'NX', 'EX', ttl) then
      call('RPUSH', list, item) call('ZADD', due, 'NX', now, to)
    end
  elseif step == 'A' then
    local list, due, to, now, item = k(), k(), a(), a(), a()
    call('RPUSH', list, item) call('ZADD', due, 'NX', now, to)
  elseif step == 'H' then
    local list, due, tries, to, now, item, fence = k(), k(), k(), a(), a(), a(), a()
    if call('RPUSH', list, item) == 1 then
      call('ZADD', due, fence, to) call('HSET', tries, to, 1)
      result[1] = 'HANDED'
    else
      call('ZADD', due, 'NX', now, to)
    end
  elseif step == 'L' then
    local list, entry = k(), a()
    call('RPUSH', list, entry)
  elseif step == 'W' then
    local ages, words, share, at, timeline = k(), k(), a(), a(), a()
    local oldest = call('HGET', words, timeline)
    if not oldest or tonumber(oldest) > tonumber(at) then
      call('HSET', words, timeline, at) call('ZADD', ages, 'LT', at, share)
    end
  elseif step == 'Z' then
    local key, score, member = k(), a(), a()
    call('ZADD', key, score, member)
  elseif step == 'R' then
    local key, member = k(), a()
    call('ZREM', key, member)
  elseif step == 'M' then
    local list, due, tries, id, now, count = k(), k(), k(), a(), a(), a()
    call('LTRIM', list, count, -1) call('HDEL', tries, id)
    if call('EXISTS', list) == 1 then call('ZADD', due, now, id) else call('ZREM', due, id) end
  elseif step == 'N' then
    local list, due, tries, id, now, count = k(), k(), k(), a(), a(), a()
    local lease, items, before = tonumber(a()), tonumber(a()), k()
    call('LTRIM', list, count, -1) call('HDEL', tries, id)
    local rest = call('LRANGE', list, 0, 0)
    if items > 1 and rest[1] and string.find(rest[1], mergeable, 1, true) then rest = call('LRANGE', list, 0, items-1) end
    if #rest == 0 then
      call('ZREM', due, id)
    elseif before ~= due and #call('ZRANGE', before, '-inf', now, 'BYSCORE', 'LIMIT', 0, 1) > 0 then
      call('ZADD', due, now, id)
    else
      local fence = string.format('%.0f', tonumber(now) + lease + call('HINCRBY', tries, '', 1) % 1000)
      call('ZADD', due, fence, id)
      leased = fence .. ' ' .. call('HINCRBY', tries, id, 1)
      result[2], result[3] = string.match(leased, '(%d+) (%d+)')
      for _, item in ipairs(rest) do result[#result+1] = item end
    end
  elseif step == 'S' then
    local due, id, at = k(), a(), a()
    call('ZADD', due, 'XX', at, id)
  elseif step == 'B' then
    local dead, bodies, words, id, now, body = k(), k(), k(), a(), a(), a()
    call('ZADD', dead, now, id) call('HSET', bodies, id, body) call('ZADD', words, now, id)
  else
    return redis.error_reply('unknown step ' .. step)
  end
end
if leased ~= '-' or ARGV[2] ~= '1' then call('SET', KEYS[1], leased, 'EX', ARGV[1]) end
return result
`

// blankSource replaces items of a list that are still what they were, and puts
// right what is said of the words in it.
//
//	KEYS     list, then perhaps the hash where its oldest words stand
//	ARGV     length the list must have or -1, field of the hash, what is to stand
//	         there or "" for nothing, then position, old and new of each item
//	returns  1, or 0 when the list changed meanwhile and nothing was done
const blankSource = `
local length = tonumber(ARGV[1])
if length >= 0 and redis.call('LLEN', KEYS[1]) ~= length then return 0 end
for n = 4, #ARGV, 3 do
  if redis.call('LINDEX', KEYS[1], ARGV[n]) ~= ARGV[n+1] then return 0 end
end
for n = 4, #ARGV, 3 do redis.call('LSET', KEYS[1], ARGV[n], ARGV[n+2]) end
if KEYS[2] and ARGV[3] == '' then redis.call('HDEL', KEYS[2], ARGV[2]) end
if KEYS[2] and ARGV[3] ~= '' then redis.call('HSET', KEYS[2], ARGV[2], ARGV[3]) end
return 1
`

// agesSource puts right how old the oldest words are that a hash knows of.
//
//	KEYS     hashes by age, the hash
//	ARGV     how the hash is named there
//	returns  1
const agesSource = `
local oldest = nil
for _, at in ipairs(redis.call('HVALS', KEYS[2])) do
  if not oldest or tonumber(at) < tonumber(oldest) then oldest = at end
end
if oldest then redis.call('ZADD', KEYS[1], oldest, ARGV[1]) else redis.call('ZREM', KEYS[1], ARGV[1]) end
return 1
`

// numberSource gives the next number of a sequence, and for a reason that was
// given one before the same again.
//
//	KEYS     sequence, what was given for the reason
//	ARGV     seconds to remember it
//	returns  the number
const numberSource = `
local given = redis.call('GET', KEYS[2])
if not given then given = redis.call('INCR', KEYS[1]) end
redis.call('SET', KEYS[2], given, 'EX', ARGV[1])
return tonumber(given)
`

// allowSource remembers the last calls of a bucket, the newest first. It forgets
// those of a clock that was put back since.
//
//	KEYS     bucket
//	ARGV     now (us), span (us), calls in any span, seconds to keep
//	returns  how long to wait in microseconds, 0 when the call is counted
const allowSource = `
local now, span, n = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local oldest = redis.call('LINDEX', KEYS[1], n - 1)
if oldest then
  local wait = tonumber(oldest) + span - now
  if wait > span then redis.call('DEL', KEYS[1])
  elseif wait > 0 then return string.format('%.0f', wait) end
end
redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], 0, n - 1)
redis.call('EXPIRE', KEYS[1], ARGV[4])
return '0'
`

// paceSource is a token bucket by the generic cell rate algorithm. What is further
// ahead than any burst comes from a clock that was put back since.
//
//	KEYS     bucket
//	ARGV     now (us), interval between calls (us), burst, seconds to keep
//	returns  how long to wait in microseconds, 0 when the call is counted
const paceSource = `
local now, step, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
if free < now or free > now + step * (burst + 1) + 1e6 then free = now end
local wait = free - now - step * (burst - 1)
if wait > 0 then return string.format('%.0f', wait) end
redis.call('SET', KEYS[1], string.format('%.0f', free + step), 'EX', ARGV[4])
return '0'
`

// recallSource finds what can be claimed only later than anybody would have said
// by this clock: it was put back since. What nobody holds can be claimed at once.
//
//	KEYS     due, tries
//	ARGV     now (us), the latest time that a claim made now would set (us)
//	returns  id and score of what is held, or waits for its next try
const recallSource = `
local held, late = {}, redis.call('ZRANGE', KEYS[1], '(' .. ARGV[2], '+inf', 'BYSCORE', 'LIMIT', 0, 1000, 'WITHSCORES')
for i = 1, #late, 2 do
  if redis.call('HEXISTS', KEYS[2], late[i]) == 1 then
    held[#held+1] = late[i]
    held[#held+1] = late[i+1]
  else
    redis.call('ZADD', KEYS[1], 'XX', ARGV[1], late[i])
  end
end
return held
`

// rewindSource sees to it that no deadline waits longer from now on than it was
// to wait when it was set, and none that was claimed longer than a retry would. It
// looks at some of them at a time: Redis does nothing else meanwhile.
//
//	KEYS     due, tries
//	ARGV     now (us), the latest time of a retry (us), from and to which score, how
//	         many of those are passed over, how many are looked at, how the hashes of
//	         bodies are called (see share)
//	returns  how many were looked at, how many of them were put back, the last one's
//	         score, and how many are left there of those that were looked at
const rewindSource = `
local now, retry, moved, last, left = tonumber(ARGV[1]), tonumber(ARGV[2]), 0, '', 0
local found = redis.call('ZRANGE', KEYS[1], ARGV[3], ARGV[4], 'BYSCORE', 'LIMIT', ARGV[5], ARGV[6], 'WITHSCORES')
for i = 1, #found, 2 do
  local id, score, at = found[i], tonumber(found[i+1]), nil
  local tries, due = string.match(redis.call('HGET', KEYS[2], id) or '', '(%d+) (%d+)')
  if tries then
    if score > retry then at = now end
  else
    local body = redis.call('HGET', ARGV[7] .. string.sub(redis.sha1hex(id), 1, 3), id)
    local wait = string.match(body or '', '"in":(%d+)}$')
    if wait and score > now + tonumber(wait) then at = now + tonumber(wait) end
  end
  if found[i+1] ~= last then last, left = found[i+1], 0 end
  if at then
    moved = moved + 1
    redis.call('ZADD', KEYS[1], 'XX', string.format('%.0f', at), id)
    if tries and tonumber(due) > at then redis.call('HSET', KEYS[2], id, tries .. ' ' .. ARGV[1]) end
  else
    left = left + 1
  end
end
return {tostring(#found / 2), tostring(moved), last, tostring(left)}
`
