-- rule:     M06 missing_in_logbook
-- asks:     Is the feed's record in no book that covers its day?
-- vi:       Có trên phần mềm mà không có trong sổ
-- inputs:   applicant, case_record, coverage, entry, link, quarantined
-- grain:    record_id
-- params:   $as_of
-- rests_on: record, books
-- severity: low; info for dossiers handed in online, which a book need not hold
select
    null::uinteger as entry_id,
    case_record.record_id,
    case_record.feed,
    -- its code stands in the book, or a doubtful line of the same person and day might be its line
    exists (from entry where entry.code_id = case_record.code_id)
    or exists (from entry where entry.code_id = case_record.alias_id)
    or exists (
        from link
        inner join case_record as other on link.record_id = other.record_id
        where
            link.needs_review
            and other.feed = case_record.feed
            and other.unit_key = case_record.unit_key
            and other.received_on = case_record.received_on
            and other.applicant_id = case_record.applicant_id
    ) as needs_review,
    case when case_record.channel = 'online' then 'info' else 'low' end as severity,
    null::varchar as urgency,
    null::date as close_by,
    [{
        phrase: case
            when case_record.channel = 'online' then 'missing_in_logbook_online' else 'missing_in_logbook'
        end,
        logbook: null::varchar,
        software: null::varchar
    }] as detail
from case_record
where
    case_record.received_on <= $as_of
    and case_record.state not in ('not_received', 'refused')
    and not exists (from link where link.record_id = case_record.record_id)
    and exists (
        from coverage
        where
            coverage.feed = 'logbook'
            and coverage.unit_key = case_record.unit_key
            and case_record.received_on between coverage.covers_from and coverage.covers_until
    )
    -- set aside on the other side: by its code, or the same person on the same day
    and not exists (
        from quarantined
        where quarantined.is_logbook and quarantined.code_id = case_record.code_id
    )
    and not exists (
        from quarantined
        inner join applicant on quarantined.applicant_key = applicant.applicant_key
        where
            quarantined.is_logbook
            and applicant.applicant_id = case_record.applicant_id
            and quarantined.received_on = case_record.received_on
    )
    and not exists (
        from case_record as other
        inner join link on other.record_id = link.record_id
        where other.feed = case_record.feed and other.code_id = case_record.code_id
    )
    -- the book has the dossier under the code of another system, whose record names this one beside its own
    and not exists (
        from case_record as other
        inner join link on other.record_id = link.record_id
        where other.alias_id = case_record.code_id
    )
-- twice in the export: the dossier is missing once, the second row is M10
qualify
    case_record.code_id is null
    or row_number() over (partition by case_record.feed, case_record.code_id order by case_record.record_id) = 1
