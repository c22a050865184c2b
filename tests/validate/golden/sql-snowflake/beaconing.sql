-- Beaconing: periodic outbound connections to a small set of destinations
-- beaconing, phase: c2, confidence: Medium
WITH step_0 AS (
SELECT time_dt AS "Timestamp", 'connections' AS "SearchName", CAST(src_endpoint:ip::VARCHAR AS VARCHAR) AS "SourceIp", CAST(dst_endpoint:ip::VARCHAR AS VARCHAR) AS "DestinationIp", dst_endpoint:port::VARCHAR AS "DestinationPort"
FROM network_activity
WHERE time_dt >= DATEADD(SECOND, -86400, CURRENT_TIMESTAMP())
  AND (dst_endpoint:port::VARCHAR = 80 OR dst_endpoint:port::VARCHAR = 443)
),
step_1 AS (
SELECT e.*, DATEDIFF(SECOND, LAG(e."Timestamp") OVER (PARTITION BY e."SourceIp", e."DestinationIp" ORDER BY e."Timestamp"), e."Timestamp") AS "gap"
FROM step_0 AS e
),
step_2 AS (
SELECT e."SourceIp" AS "SourceIp", e."DestinationIp" AS "DestinationIp", COUNT(*) AS "connections", AVG(e."gap") AS "mean_gap", STDDEV_SAMP(e."gap") AS "gap_deviation", ARRAY_AGG(DISTINCT e."DestinationPort") AS "ports"
FROM step_1 AS e
GROUP BY e."SourceIp", e."DestinationIp"
),
step_3 AS (
SELECT e.*, CAST(e."gap_deviation" AS DOUBLE) / NULLIF(CAST(e."mean_gap" AS DOUBLE), 0) AS "jitter"
FROM step_2 AS e
),
step_4 AS (
SELECT e.*
FROM step_3 AS e
WHERE (e."connections" > 30 AND e."mean_gap" >= 30 AND e."mean_gap" <= 600 AND e."jitter" < 0.1)
),
step_5 AS (
SELECT e.*
FROM step_4 AS e
ORDER BY e."connections" DESC
LIMIT 100
)
SELECT e.*
FROM step_5 AS e
ORDER BY e."connections" DESC
LIMIT 10000
