-- File hash hunt
-- hashes, phase: c2, confidence: Medium
SELECT time_dt AS event_time, 'processes' AS search_name, CAST("device"."hostname" AS VARCHAR) AS host, CAST("process"."file"."path" AS VARCHAR) AS subject, CAST("process"."cmd_line" AS VARCHAR) AS detail
FROM process_activity
WHERE time_dt >= CURRENT_TIMESTAMP - INTERVAL '2592000' SECOND AND activity_id = 1
  AND (LOWER(JSON_FORMAT(CAST("process"."file"."hashes" AS JSON))) LIKE CONCAT('%', LOWER('ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12'), '%') OR LOWER(JSON_FORMAT(CAST("process"."file"."hashes" AS JSON))) LIKE CONCAT('%', LOWER('0123456789abcdef0123456789abcdef'), '%') OR LOWER(JSON_FORMAT(CAST("process"."file"."hashes" AS JSON))) LIKE CONCAT('%', LOWER('0123456789012345678901234567890123456789'), '%'))
UNION ALL
SELECT time_dt AS event_time, 'files' AS search_name, CAST("device"."hostname" AS VARCHAR) AS host, CAST("file"."path" AS VARCHAR) AS subject, CAST("actor"."process"."cmd_line" AS VARCHAR) AS detail
FROM file_activity
WHERE time_dt >= CURRENT_TIMESTAMP - INTERVAL '2592000' SECOND AND activity_id IN (1, 3)
  AND (LOWER(JSON_FORMAT(CAST("file"."hashes" AS JSON))) LIKE CONCAT('%', LOWER('ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12'), '%') OR LOWER(JSON_FORMAT(CAST("file"."hashes" AS JSON))) LIKE CONCAT('%', LOWER('0123456789abcdef0123456789abcdef'), '%') OR LOWER(JSON_FORMAT(CAST("file"."hashes" AS JSON))) LIKE CONCAT('%', LOWER('0123456789012345678901234567890123456789'), '%'))
ORDER BY event_time DESC
LIMIT 10000
