-- rule:     M05 missing_in_software
-- asks:     Is the book's line in none of the feeds that should have it?
-- vi:       Có trong sổ mà không có trên phần mềm
-- inputs:   entry, feed_coverage, link, logbook_entry, mandatory_feed, quarantined_code, record, repeated_line
-- grain:    entry_id
-- params:   $as_of
-- severity: high
with speaking as (
    -- a feed can speak of a line when it has dossiers of the line's unit and reaches over its day
    select
        entry.entry_id,
        feed_coverage.feed,
        bool_or(entry.received_on between feed_coverage.covers_from and feed_coverage.covers_until) as is_covered
    from entry
    inner join feed_coverage on entry.unit_key = feed_coverage.unit_key
    where entry.received_on <= $as_of
    group by entry.entry_id, feed_coverage.feed
),

covering as (
    select
        entry_id,
        bool_and(is_covered) as is_covered_by_all
    from speaking
    group by entry_id
    having bool_or(is_covered)
),

demanded as (
    select
        logbook_entry.entry_id,
        mandatory_feed.feed
    from logbook_entry
    inner join mandatory_feed on lower(logbook_entry.field_name) = mandatory_feed.field_name
)

select
    entry.entry_id,
    null::uinteger as record_id,
    demanded.feed,
    -- without a code of its own the line may be there under another name; a feed that does not reach its day may have it
    (
        entry.code_key is null
        or not covering.is_covered_by_all
        or exists (from record where record.code_key = entry.code_key)
    ) as needs_review,
    'high' as severity,
    null::varchar as urgency,
    null::date as close_by,
    [{
        phrase: case
            when demanded.feed is not null then 'missing_in_mandatory_feed'
            when not covering.is_covered_by_all then 'missing_not_covered_by_all'
            when entry.code_key is null then 'missing_without_code'
            when exists (from record where record.code_key = entry.code_key) then 'missing_code_of_another'
            else 'missing_in_software'
        end,
        logbook: null::varchar,
        software: null::varchar
    }] as detail
from entry
inner join covering on entry.entry_id = covering.entry_id
left join demanded on entry.entry_id = demanded.entry_id
where
    not exists (
        from link
        where link.entry_id = entry.entry_id and link.feed = coalesce(demanded.feed, link.feed)
    )
    and not exists (from repeated_line where repeated_line.entry_id = entry.entry_id)
    and not exists (
        from quarantined_code
        where not quarantined_code.is_logbook and quarantined_code.code_key = entry.code_key
    )
