-- The same stories in the tables of the textbook site: of several programmes and regions the first.
CREATE TABLE textbook_programme (
  id bigint PRIMARY KEY, slug varchar(100) NOT NULL UNIQUE, title varchar(250) NOT NULL);
CREATE TABLE textbook_region (
  id bigint PRIMARY KEY, code varchar(6) NOT NULL UNIQUE, title varchar(250) NOT NULL);
INSERT INTO textbook_programme SELECT id, slug, title_en FROM programmes_programme
  WHERE slug LIKE 'made-%' AND status = 'published';
INSERT INTO textbook_region SELECT id, iso, title_en FROM programmes_region WHERE status = 'published';
CREATE TABLE textbook_story AS
SELECT s.id, s.slug, s.title_en AS title, s.title_kk, s.title_ru,
  s.summary_en AS summary, s.summary_kk, s.summary_ru, s.body_en AS body, s.body_kk, s.body_ru,
  s.kind, s.latest AS date, s.status = 'published' AS is_published,
  p.programme_id, r.region_id
FROM stories_story s
JOIN (SELECT story_id, min(programme_id) AS programme_id FROM stories_story_programmes
      GROUP BY story_id) p ON p.story_id = s.id
JOIN (SELECT story_id, min(region_id) AS region_id FROM stories_story_regions
      GROUP BY story_id) r ON r.story_id = s.id
WHERE s.slug LIKE 'made-%';
ALTER TABLE textbook_story ADD PRIMARY KEY (id);
ALTER TABLE textbook_story ADD UNIQUE (slug);
CREATE INDEX ON textbook_story (slug varchar_pattern_ops);
CREATE INDEX ON textbook_story (date);
CREATE INDEX ON textbook_story (programme_id);
CREATE INDEX ON textbook_story (region_id);
ALTER TABLE textbook_story ADD FOREIGN KEY (programme_id) REFERENCES textbook_programme;
ALTER TABLE textbook_story ADD FOREIGN KEY (region_id) REFERENCES textbook_region;
ANALYZE textbook_story;
