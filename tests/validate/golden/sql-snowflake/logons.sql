-- Logons from an address
-- logons, phase: c2, confidence: Medium
SELECT time_dt AS event_time, 'logons' AS search_name, CAST(src_endpoint:ip::VARCHAR AS VARCHAR) AS host, CAST(user:name::VARCHAR AS VARCHAR) AS subject, CAST(status AS VARCHAR) AS detail
FROM authentication
WHERE time_dt >= TO_TIMESTAMP_TZ('2026-03-01T00:00:00Z') AND time_dt < TO_TIMESTAMP_TZ('2026-03-08T12:30:00Z') AND activity_id = 1
  AND (LOWER(src_endpoint:ip::VARCHAR) = LOWER('203.0.113.9') AND LOWER(status) = LOWER('Failure'))
ORDER BY event_time DESC
LIMIT 10000
