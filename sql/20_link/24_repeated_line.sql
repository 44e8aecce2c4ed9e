-- step:     24 repeated_line
-- asks:     Which lines look like a linked record's line written once more, and which of them are another dossier?
-- vi:       Dòng nào có vẻ là dòng ghi lặp của hồ sơ đã khớp, dòng nào thật ra là hồ sơ khác?
-- inputs:   entry, link, record, scored
-- grain:    entry_id
-- params:   $duplicate_at
create or replace table repeated_line as
with possible as (
    select
        entry_id,
        record_id,
        feed,
        agreement & 7 in (1, 6) as is_same_code,
        -- a line that is written twice stands anywhere
        weight - by_place as weight,
        1 / (1 + pow(2, by_place - weight)) as score
    from scored
    where
        not exists (from link where link.entry_id = scored.entry_id)
        and (
            agreement & 7 in (1, 6)
            or (
                -- one day, and one name or phone
                (agreement >> 6) & 7 = 1
                and ((agreement >> 3) & 7 = 1 or (agreement >> 15) & 7 = 1)
                -- a code of its own, or another procedure without one, is another dossier of the same person
                and agreement & 7 in (0, 2, 5)
                and (agreement >> 12) & 7 not in (4, 5)
            )
        )
),

told_apart as (
    select
        possible.*,
        link.entry_id as first_entry_id,
        not possible.is_same_code and (
            -- copied from one line to the other it would be the same day; a slip of one working day is three at most
            coalesce(abs(entry.returned_on - first_line.returned_on) > 3, false)
            -- a serial that the software skips, of that very day: a slip meets another dossier's, or one far beyond
            or (
                entry.serial > 0
                and entry.serial <> record.serial
                and entry.code_unit_key = record.unit_key
                and coalesce(entry.code_on, entry.received_on) = record.code_on
                and not exists (from record as owner where owner.code_id = entry.code_id)
                and exists (
                    from record as later
                    where
                        later.unit_key = record.unit_key
                        and later.code_on = record.code_on
                        and later.serial > entry.serial
                )
            )
        ) as is_own_dossier
    from possible
    inner join link on possible.record_id = link.record_id
    inner join entry on possible.entry_id = entry.entry_id
    inner join entry as first_line on link.entry_id = first_line.entry_id
    inner join record on possible.record_id = record.record_id
    where possible.score >= $duplicate_at
)

select
    entry_id,
    record_id,
    feed,
    first_entry_id,
    score,
    is_own_dossier
from told_apart
qualify row_number() over (partition by entry_id order by is_own_dossier asc, weight desc, record_id asc) = 1
