-- Sign-ins to the console that failed
-- console_logins, phase: c2, confidence: Medium
SELECT time_dt AS event_time, 'calls' AS search_name, CAST(src_endpoint:ip::VARCHAR AS VARCHAR) AS host, CAST(api:operation::VARCHAR AS VARCHAR) AS subject, CAST(actor:user.name::VARCHAR AS VARCHAR) AS detail
FROM api_activity
WHERE time_dt >= DATEADD(SECOND, -604800, CURRENT_TIMESTAMP())
  AND (LOWER(api:operation::VARCHAR) = LOWER('ConsoleLogin') AND LOWER(api:response.error_message::VARCHAR) = LOWER('Failed authentication'))
ORDER BY event_time DESC
LIMIT 10000
