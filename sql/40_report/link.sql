-- query:    link
-- asks:     Which line is which record, how was that found, and on what evidence?
-- vi:       Dòng sổ nào là hồ sơ nào, căn cứ vào đâu?
-- inputs:   case_record, link, link_pattern, logbook_entry, phrase
-- grain:    logbook_file, logbook_row, feed
-- params:   none
with worded as (
    select
        pattern.agreement,
        array_to_string(
            list_transform(pattern.evidence, lambda word: phrases.texts[word]), '; '
        ) as evidence
    from link_pattern as pattern
    cross join (select map_from_entries(list((phrase, text))) as texts from phrase) as phrases
)

select
    logbook_entry.file as logbook_file,
    logbook_entry.row as logbook_row,
    link.feed,
    case_record.file as feed_file,
    case_record.row as feed_row,
    link.method,
    link.score,
    link.needs_review,
    worded.evidence
from link
inner join logbook_entry on link.entry_id = logbook_entry.entry_id
inner join case_record on link.record_id = case_record.record_id
inner join worded on link.agreement = worded.agreement
order by logbook_file, logbook_row, link.feed
