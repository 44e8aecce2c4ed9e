-- query:    link
-- asks:     Which line is which record, how was that found, and on what evidence?
-- vi:       Dòng sổ nào là hồ sơ nào, căn cứ vào đâu?
-- inputs:   link, link_evidence
-- grain:    entry_id, feed
-- params:   none
select
    link.entry_id,
    link.record_id,
    link.feed,
    link.method,
    link.score,
    link.needs_review,
    link_evidence.evidence
from link
inner join link_evidence on link.agreement = link_evidence.agreement
order by link.entry_id, link.feed
