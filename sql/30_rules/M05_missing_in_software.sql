-- rule:     M05 missing_in_software
-- asks:     Is the book's line in none of the feeds that should have it?
-- vi:       Có trong sổ mà không có trên phần mềm
-- inputs:   applicant, case_record, coverage, entry, link, mandatory_feed, quarantined, record, repeated_line
-- grain:    entry_id
-- params:   $as_of
-- rests_on: feeds
-- severity: high
with unlinked as (
    select
        entry_id,
        code_id,
        applicant_id,
        unit_key,
        received_on,
        field_name,
        is_of_another_unit
    from entry
    where not exists (from link where link.entry_id = entry.entry_id)
),

field_of_record as (
    select
        link.entry_id,
        min(case_record.field_name) as field_name
    from link
    inner join case_record on link.record_id = case_record.record_id
    where not link.needs_review and exists (from mandatory_feed)
    group by link.entry_id
),

absent as (
    select
        unlinked.* exclude (field_name),
        null::varchar as feed
    from unlinked
    where not exists (from mandatory_feed where mandatory_feed.field_name = lower(unlinked.field_name))
    union all by name
    select
        entry.entry_id,
        entry.code_id,
        entry.applicant_id,
        entry.unit_key,
        entry.received_on,
        entry.is_of_another_unit,
        mandatory_feed.feed
    from entry
    -- a book seldom names the field: then the record does that another feed has of the line
    left join field_of_record on entry.entry_id = field_of_record.entry_id
    inner join mandatory_feed
        on lower(coalesce(entry.field_name, field_of_record.field_name)) = mandatory_feed.field_name
    where not exists (from link where link.entry_id = entry.entry_id and link.feed = mandatory_feed.feed)
),

missing_line as (
    select
        absent.entry_id,
        absent.code_id,
        absent.unit_key,
        absent.received_on,
        absent.feed,
        absent.is_of_another_unit,
        repeated_line.entry_id is not null as is_like_another
    from absent
    left join repeated_line on absent.entry_id = repeated_line.entry_id
    where
        absent.received_on <= $as_of
        and coalesce(repeated_line.is_own_dossier, true)
        -- set aside on the other side: by its code, or the same person on the same day
        and not exists (
            from quarantined
            where not quarantined.is_logbook and quarantined.code_id = absent.code_id
        )
        and not exists (
            from quarantined
            inner join applicant on quarantined.applicant_key = applicant.applicant_key
            where
                not quarantined.is_logbook
                and applicant.applicant_id = absent.applicant_id
                and quarantined.received_on = absent.received_on
        )
    -- written twice and in no feed: the dossier is missing once, the second line is M10
    qualify
        absent.code_id is null
        or row_number() over (partition by absent.code_id, absent.applicant_id order by absent.entry_id) = 1
),

speaking as (
    -- a feed can speak of a line when it has dossiers of the line's unit and reaches over its day
    select
        missing_line.entry_id,
        coverage.feed,
        bool_or(missing_line.received_on between coverage.covers_from and coverage.covers_until) as is_covered
    from missing_line
    inner join coverage
        on
            missing_line.unit_key = coverage.unit_key
            and coalesce(missing_line.feed, coverage.feed) = coverage.feed
    where coverage.feed <> 'logbook'
    group by missing_line.entry_id, coverage.feed
),

covering as (
    select
        entry_id,
        bool_and(is_covered) as is_covered_by_all
    from speaking
    group by entry_id
    having bool_or(is_covered)
),

judged as (
    select
        missing_line.*,
        covering.is_covered_by_all,
        exists (
            from record
            where record.code_id = missing_line.code_id and record.feed = coalesce(missing_line.feed, record.feed)
        ) as has_code_of_another
    from missing_line
    inner join covering on missing_line.entry_id = covering.entry_id
)

select
    entry_id,
    null::uinteger as record_id,
    feed,
    -- without a code of its own the line may be there under another name, and a feed that does not reach its day may
    -- have it
    (
        code_id is null
        or not is_covered_by_all
        or coalesce(is_of_another_unit, false)
        or has_code_of_another
        or is_like_another
    ) as needs_review,
    'high' as severity,
    null::varchar as urgency,
    null::date as close_by,
    [{
        phrase: case
            when not is_covered_by_all then 'missing_not_covered_by_all'
            when is_like_another then 'missing_beside_another'
            when code_id is null then 'missing_without_code'
            when has_code_of_another then 'missing_code_of_another'
            when is_of_another_unit then 'missing_code_of_another_unit'
            when feed is not null then 'missing_in_mandatory_feed'
            else 'missing_in_software'
        end,
        logbook: null::varchar,
        software: null::varchar
    }] as detail
from judged
