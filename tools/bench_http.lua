-- Deposits over HTTP, one a request, each with an id of its own. For wrk, against a node that has the wallet 101:
--
--     wrk -t1 -c64 -d8s --latency -s tools/bench_http.lua http://127.0.0.1:8000
--
-- Run again on the same store it sends the same ids, which are answered as duplicates: start with a fresh one.
local threads = 0
local sent = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function request()
  sent = sent + 1
  local body = string.format('{"id":"wrk:%d:%d","amount_minor":1,"currency":"EUR"}', number, sent)
  return wrk.format("POST", "/v1/wallets/101/deposits", { ["Content-Type"] = "application/json" }, body)
end
