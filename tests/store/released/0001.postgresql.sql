-- The schema of revision 0001 on PostgreSQL, as the migration of that day made it.

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE learner (
    id VARCHAR(40) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_learner PRIMARY KEY (id)
);

CREATE TABLE practice_set (
    id VARCHAR(40) NOT NULL,
    learner_id VARCHAR(40) NOT NULL,
    pack VARCHAR(40) NOT NULL,
    exercise VARCHAR(40) NOT NULL,
    version VARCHAR(20) NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    title VARCHAR(300) NOT NULL,
    threshold FLOAT NOT NULL,
    seed INTEGER NOT NULL,
    size INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_practice_set PRIMARY KEY (id),
    CONSTRAINT fk_practice_set_learner_id FOREIGN KEY(learner_id) REFERENCES learner (id)
);

CREATE INDEX ix_practice_set_learner ON practice_set (learner_id, pack, exercise);

CREATE TABLE slot (
    set_id VARCHAR(40) NOT NULL,
    position INTEGER NOT NULL,
    case_id VARCHAR(40) NOT NULL,
    guidance VARCHAR(10) NOT NULL,
    aided BOOLEAN NOT NULL,
    CONSTRAINT pk_slot PRIMARY KEY (set_id, position),
    CONSTRAINT fk_slot_set_id FOREIGN KEY(set_id) REFERENCES practice_set (id)
);

CREATE TABLE attempt (
    id VARCHAR(40) NOT NULL,
    set_id VARCHAR(40) NOT NULL,
    position INTEGER NOT NULL,
    learner_id VARCHAR(40) NOT NULL,
    aided BOOLEAN NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_attempt PRIMARY KEY (id),
    CONSTRAINT fk_attempt_learner_id FOREIGN KEY(learner_id) REFERENCES learner (id),
    CONSTRAINT fk_attempt_set_id FOREIGN KEY(set_id, position) REFERENCES slot (set_id, position),
    CONSTRAINT uq_attempt_id_aided UNIQUE (id, aided),
    CONSTRAINT uq_attempt_set_id UNIQUE (set_id, position)
);

CREATE INDEX ix_attempt_learner ON attempt (learner_id);

CREATE TABLE commitment (
    attempt_id VARCHAR(40) NOT NULL,
    probability FLOAT NOT NULL,
    certainty INTEGER NOT NULL,
    drivers JSON NOT NULL,
    reason TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_commitment PRIMARY KEY (attempt_id),
    CONSTRAINT ck_commitment_certainty_levels CHECK (certainty IN (1, 2, 3)),
    CONSTRAINT ck_commitment_probability_range CHECK (probability >= 0 AND probability <= 1),
    CONSTRAINT fk_commitment_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id)
);

CREATE TABLE reveal (
    attempt_id VARCHAR(40) NOT NULL,
    aided BOOLEAN NOT NULL,
    algorithm FLOAT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_reveal PRIMARY KEY (attempt_id),
    CONSTRAINT ck_reveal_only_aided CHECK (aided),
    CONSTRAINT ck_reveal_algorithm_range CHECK (algorithm >= 0 AND algorithm <= 1),
    CONSTRAINT fk_reveal_attempt_id_aided FOREIGN KEY(attempt_id, aided) REFERENCES attempt (id, aided),
    CONSTRAINT fk_reveal_attempt_id FOREIGN KEY(attempt_id) REFERENCES commitment (attempt_id)
);

CREATE TABLE decision (
    attempt_id VARCHAR(40) NOT NULL,
    probability FLOAT NOT NULL,
    advice VARCHAR(10) NOT NULL,
    suspected VARCHAR(40) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_decision PRIMARY KEY (attempt_id),
    CONSTRAINT ck_decision_advice_kinds CHECK (advice IN ('rely', 'adjust', 'override')),
    CONSTRAINT ck_decision_probability_range CHECK (probability >= 0 AND probability <= 1),
    CONSTRAINT fk_decision_attempt_id FOREIGN KEY(attempt_id) REFERENCES reveal (attempt_id)
);

CREATE TABLE closing (
    attempt_id VARCHAR(40) NOT NULL,
    aided BOOLEAN NOT NULL,
    decision_id VARCHAR(40),
    present BOOLEAN NOT NULL,
    touched JSON NOT NULL,
    verdict VARCHAR(40) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_closing PRIMARY KEY (attempt_id),
    CONSTRAINT ck_closing_decided_first CHECK ((aided AND decision_id IS NOT NULL AND decision_id = attempt_id) OR (NOT aided AND decision_id IS NULL)),
    CONSTRAINT fk_closing_attempt_id_aided FOREIGN KEY(attempt_id, aided) REFERENCES attempt (id, aided),
    CONSTRAINT fk_closing_attempt_id FOREIGN KEY(attempt_id) REFERENCES commitment (attempt_id),
    CONSTRAINT fk_closing_decision_id FOREIGN KEY(decision_id) REFERENCES decision (attempt_id)
);

INSERT INTO alembic_version (version_num) VALUES ('0001');
