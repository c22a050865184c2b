-- A user agent of the attacker's
-- user_agent, phase: c2, confidence: Medium
SELECT time_dt AS event_time, 'agents' AS search_name, CAST("src_endpoint"."ip" AS VARCHAR) AS host, CAST("http_request"."url"."url_string" AS VARCHAR) AS subject, CAST("http_request"."user_agent" AS VARCHAR) AS detail
FROM http_activity
WHERE time_dt >= now() - INTERVAL 2592000 SECOND
  AND LOWER("http_request"."user_agent") = LOWER('Mozilla/4.0 (compatible; "Bot" *)')
ORDER BY event_time DESC
LIMIT 10000
