-- A learner with an encounter at every stage, one who has only come by, and a set not begun.

INSERT INTO learner (id, at) VALUES
    ('g_mary', '2026-03-01 09:00:00.000000'),
    ('g_come_by', '2026-03-01 09:05:00.000000');

INSERT INTO practice_set
    (id, learner_id, pack, exercise, version, fingerprint, title, threshold, seed, size, at)
VALUES
    ('s_begun', 'g_mary', 'equipoise', 'oximetry', '1.2', 'f00dfeed', 'Oximetry, “read again”', 0.3,
        2147483647, 7, '2026-03-01 09:30:15.250000'),
    ('s_not_begun', 'g_mary', 'equipoise', 'sepsis', '1.0', 'beefcafe', 'Sepsis', 0.1,
        0, 1, '2026-03-02 08:00:00.000000');

INSERT INTO slot (set_id, position, case_id, guidance, aided) VALUES
    ('s_begun', 0, 'c0', 'flagged', TRUE),
    ('s_begun', 1, 'c1', 'flagged', FALSE),
    ('s_begun', 2, 'c2', 'listed', TRUE),
    ('s_begun', 3, 'c3', 'listed', TRUE),
    ('s_begun', 4, 'c4', 'after', TRUE),
    ('s_begun', 5, 'c5', 'after', TRUE),
    ('s_begun', 6, 'c6', 'after', TRUE),
    ('s_not_begun', 0, 'c0', 'flagged', TRUE);

INSERT INTO attempt (id, set_id, position, learner_id, aided, at) VALUES
    ('closed', 's_begun', 0, 'g_mary', TRUE, '2026-03-01 10:00:00.000000'),
    ('closed_alone', 's_begun', 1, 'g_mary', FALSE, '2026-03-01 10:10:00.000000'),
    ('decided', 's_begun', 2, 'g_mary', TRUE, '2026-03-01 10:20:00.000000'),
    ('revealed', 's_begun', 3, 'g_mary', TRUE, '2026-03-01 10:30:00.000000'),
    ('committed', 's_begun', 4, 'g_mary', TRUE, '2026-03-01 10:40:00.000000'),
    ('shown', 's_begun', 5, 'g_mary', TRUE, '2026-03-01 10:50:00.000001');

INSERT INTO commitment (attempt_id, probability, certainty, drivers, reason, at) VALUES
    ('closed', 0.35, 3, '["spo2", "rate"]', 'Robert''); DROP TABLE attempt;-- <b>“fièvre”</b> 🌡',
        '2026-03-01 10:01:00.000000'),
    ('closed_alone', 0, 1, '[]', '', '2026-03-01 10:11:00.000000'),
    ('decided', 1, 2, '["spo2"]', 'Two
lines', '2026-03-01 10:21:00.000000'),
    ('revealed', 0.07, 2, '[]', '', '2026-03-01 10:31:00.000000'),
    ('committed', 0.9, 1, '[]', '', '2026-03-01 10:41:00.000000');

INSERT INTO reveal (attempt_id, aided, algorithm, at) VALUES
    ('closed', TRUE, 0.1234567890123456, '2026-03-01 10:01:00.500000'),
    ('decided', TRUE, 0, '2026-03-01 10:21:00.500000'),
    ('revealed', TRUE, 1, '2026-03-01 10:31:00.500000');

INSERT INTO decision (attempt_id, probability, advice, suspected, at) VALUES
    ('closed', 0.2, 'adjust', 'dark_skin', '2026-03-01 10:02:00.000000'),
    ('decided', 1, 'override', 'none', '2026-03-01 10:22:00.000000');

INSERT INTO closing (attempt_id, aided, decision_id, present, touched, verdict, at) VALUES
    ('closed', TRUE, 'closed', TRUE, '["dark_skin"]', 'kept right', '2026-03-01 10:02:00.250000'),
    ('closed_alone', FALSE, NULL, FALSE, '[]', 'right alone', '2026-03-01 10:11:00.250000');
