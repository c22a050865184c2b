-- Logging switched off by a script
-- cloud_calls, phase: c2, confidence: Medium
SELECT time_dt AS event_time, 'calls' AS search_name, CAST(src_endpoint:ip::VARCHAR AS VARCHAR) AS host, CAST(api:operation::VARCHAR AS VARCHAR) AS subject, CAST(actor:user.name::VARCHAR AS VARCHAR) AS detail
FROM api_activity
WHERE time_dt >= DATEADD(SECOND, -604800, CURRENT_TIMESTAMP())
  AND (LOWER(api:service.name::VARCHAR) = LOWER('cloudtrail.amazonaws.com') AND LOWER(api:operation::VARCHAR) IN ('stoplogging', 'deletetrail') AND LOWER(http_request:user_agent::VARCHAR) LIKE LOWER('%Boto3%') ESCAPE '!' AND LOWER(cloud:region::VARCHAR) LIKE LOWER('eu-%') ESCAPE '!')
ORDER BY event_time DESC
LIMIT 10000
