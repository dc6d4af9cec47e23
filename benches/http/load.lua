-- The load of a cell: the bodies of a file, one a line, in turn. `@@` in a body becomes a number that no request had before.

local requests, number, headers = {}, 0, { ["Content-Type"] = "application/json" }

function init(arguments)
  number = tonumber(arguments[2])
  if arguments[3] then headers["Authorization"] = "Bearer " .. arguments[3] end
  for body in io.lines(arguments[1]) do
    local before, after = body:match("^(.-)@@(.*)$")
    -- A body that stays the same is written once.
    requests[#requests + 1] = before and { before, after } or wrk.format("POST", nil, headers, body)
  end
end

function request()
  number = number + 1
  local request = requests[number % #requests + 1]
  if type(request) == "string" then return request end
  return wrk.format("POST", nil, headers, request[1] .. number .. request[2])
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('\n{"requests":%d,"micros":%d,"failed":%d,"p50":%d,"p99":%d}\n', summary.requests, summary.duration,
    failed, latency:percentile(50), latency:percentile(99)))
end
