-- Logging switched off by a script
-- cloud_calls, phase: c2, confidence: Medium
SELECT time_dt AS event_time, 'calls' AS search_name, CAST("src_endpoint"."ip" AS VARCHAR) AS host, CAST("api"."operation" AS VARCHAR) AS subject, CAST("actor"."user"."name" AS VARCHAR) AS detail
FROM api_activity
WHERE time_dt >= now() - INTERVAL 604800 SECOND
  AND (LOWER("api"."service"."name") = LOWER('cloudtrail.amazonaws.com') AND LOWER("api"."operation") IN ('stoplogging', 'deletetrail') AND LOWER("http_request"."user_agent") LIKE LOWER('%Boto3%') AND LOWER("cloud"."region") LIKE LOWER('eu-%'))
ORDER BY event_time DESC
LIMIT 10000
