-- E-mail hunt
-- mail, phase: c2, confidence: Medium
SELECT time_dt AS event_time, 'mails' AS search_name, CAST("email"."from" AS VARCHAR) AS host, CAST("email"."subject" AS VARCHAR) AS subject, CAST("email"."message_uid" AS VARCHAR) AS detail
FROM email_activity
WHERE time_dt >= now() - INTERVAL 2592000 SECOND
  AND (LOWER("email"."from") = LOWER('billing@evil.example') OR LOWER("email"."subject") LIKE LOWER('%Invoice #42%'))
ORDER BY event_time DESC
LIMIT 10000
