-- Sign-ins to the console that failed
-- console_logins, phase: c2, confidence: Medium
SELECT time_dt AS event_time, 'calls' AS search_name, CAST("src_endpoint"."ip" AS VARCHAR) AS host, CAST("api"."operation" AS VARCHAR) AS subject, CAST("actor"."user"."name" AS VARCHAR) AS detail
FROM api_activity
WHERE time_dt >= now() - INTERVAL 604800 SECOND
  AND (LOWER("api"."operation") = LOWER('ConsoleLogin') AND LOWER("api"."response"."error_message") = LOWER('Failed authentication'))
ORDER BY event_time DESC
LIMIT 10000
