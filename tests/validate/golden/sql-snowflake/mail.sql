-- E-mail hunt
-- mail, phase: c2, confidence: Medium
SELECT time_dt AS event_time, 'mails' AS search_name, CAST(email:from::VARCHAR AS VARCHAR) AS host, CAST(email:subject::VARCHAR AS VARCHAR) AS subject, CAST(email:message_uid::VARCHAR AS VARCHAR) AS detail
FROM email_activity
WHERE time_dt >= DATEADD(SECOND, -2592000, CURRENT_TIMESTAMP())
  AND (LOWER(email:from::VARCHAR) = LOWER('billing@evil.example') OR LOWER(email:subject::VARCHAR) LIKE LOWER('%Invoice #42%') ESCAPE '!')
ORDER BY event_time DESC
LIMIT 10000
