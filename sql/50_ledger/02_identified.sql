-- step:     02 identified
-- asks:     Which mismatch is each finding, and is what it rests on fresh enough to say so tonight?
-- vi:       Mỗi sai lệch là sai lệch nào, đêm nay có đủ căn cứ mới để kết luận không?
-- inputs:   case_origin, case_record, entry, finding, line_origin, linked, rule_evidence, unit_freshness
-- grain:    finding_id
-- params:   none
create or replace table identified as
with subject as (
    select
        finding.finding_id,
        finding.rule_id,
        coalesce(finding.feed, case_record.feed) as feed,
        case_origin.subject as record_subject,
        line_origin.subject as line_subject,
        coalesce(case_record.unit_key, entry.unit_key) as unit_key,
        case
            -- a word, not a dossier
            when finding.severity = 'config' then finding.detail[1].phrase || ':' || finding.detail[1].software
            else coalesce('case:' || case_origin.subject, 'line:' || line_origin.subject)
        end as subject,
        case_origin.fresh_on,
        case_origin.is_fresh,
        line_origin.fresh_on as line_fresh_on,
        linked.logbook_returned_on,
        coalesce(linked.case_returned_on, linked.case_finished_on) as closed_on
    from finding
    left join case_record on finding.record_id = case_record.record_id
    left join case_origin on finding.record_id = case_origin.record_id
    left join entry on finding.entry_id = entry.entry_id
    left join line_origin on finding.entry_id = line_origin.entry_id
    left join linked on finding.record_id = linked.record_id and finding.entry_id = linked.entry_id
)

select
    subject.finding_id,
    subject.rule_id || '|' || coalesce(subject.feed, '') || '|' || subject.subject as mismatch_id,
    subject.record_subject,
    subject.line_subject,
    subject.unit_key,
    case
        -- an export from before the return cannot know that nobody closed the dossier since
        when 'record' in rule_evidence.rests_on and not coalesce(
            subject.is_fresh and coalesce(subject.logbook_returned_on <= subject.fresh_on, true), false
        ) then false
        -- nor can a book from before the dossier was closed know that nobody returned it
        when 'books' in rule_evidence.rests_on and not coalesce(
            subject.closed_on <= subject.line_fresh_on, true
        ) then false
        when 'feeds' in rule_evidence.rests_on and not coalesce(unit_freshness.has_fresh_feeds, false) then false
        when 'books' in rule_evidence.rests_on and not coalesce(unit_freshness.has_fresh_books, false) then false
        else true
    end as is_checkable
from subject
inner join rule_evidence on subject.rule_id = rule_evidence.rule_id
left join unit_freshness on subject.unit_key is not distinct from unit_freshness.unit_key
