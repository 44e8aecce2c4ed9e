-- step:     17 scored
-- asks:     How much does each candidate's agreement speak for one dossier, in bits over chance?
-- vi:       Mức giống nhau nói lên bao nhiêu?
-- inputs:   book_order, compared, entry, record, record_frequency
-- grain:    entry_id, record_id
-- params:   $bits, $place_rings, $share_in_software, $sibling_code_share
-- source:   Fellegi and Sunter 1969: log2(m/u) per comparison; Winkler's frequencies where u is a value's own share
create or replace table scored as
with coded as (
    select distinct
        entry_id,
        feed
    from compared
    where code in (1, 6) and not is_certain and not is_taken
),

keeping_order as (
    select distinct
        feed,
        book_id,
        order_bits
    from book_order
),

adjusted as (
    select
        compared.entry_id,
        compared.record_id,
        compared.feed,
        compared.is_taken,
        compared.agreement,
        compared.code in (1, 6) as is_same_code,
        entry.returned_on is not null as is_returned,
        entry.book_id,
        -- so far apart that a product with serials apart is in bits
        entry.entry_id * coalesce(keeping_order.order_bits, 0) as line_at,
        record.code_on,
        record.serial::integer as serial,
        record.code_id,
        case
            when compared.code in (1, 6) and not compared.is_repaired then 'exact'
            when compared.code in (1, 6) then 'repaired'
            when compared.is_near then 'near'
            else 'identity'
        end as method,
        $bits['code'][compared.code + 1]
        + $bits['applicant'][compared.applicant + 1]
        + $bits['received'][compared.received + 1]
        + $bits['due'][compared.due + 1]
        + $bits['procedure'][compared.procedure + 1]
        + $bits['phone'][compared.phone + 1]
        + $bits['address'][compared.address + 1]
        + $bits['returned'][compared.returned + 1] as agreeing,
        log2($share_in_software / (1 - $share_in_software) / record_frequency.unit_records) as chance,
        case
            when compared.received = 1 then log2(record_frequency.unit_records / record_frequency.day_records)
            else 0
        end as by_day,
        -- serials restart each day: a code is one of the day's codes where the day agrees, else one of the unit's
        case
            -- among one person's dossiers of a day a slip of the pen takes one for the next
            when compared.code in (1, 6) and compared.received = 1 and compared.is_of_several
                then -log2($sibling_code_share)
            when compared.code in (1, 6) and compared.received = 1 then log2(record_frequency.day_records)
            when compared.code in (1, 6) then log2(record_frequency.unit_records)
            -- that its code is the one record's says already that it is not the other's
            when coded.entry_id is not null then -least(0, $bits['code'][compared.code + 1])
            when compared.code in (2, 3, 5) and compared.received <> 1
                then log2(record_frequency.unit_records / coalesce(record_frequency.day_records, 1))
            else 0
        end as by_code,
        case
            when compared.applicant = 1
                then log2(record_frequency.unit_records / record_frequency.applicant_records)
            else 0
        end as by_applicant,
        case
            when compared.procedure in (1, 2, 3)
                then log2(compared.procedure_share * record_frequency.unit_records / record_frequency.procedure_records)
            else 0
        end as by_procedure,
        case
            -- the code is the serial: where it agrees, the place adds nothing
            when compared.place = 0 or compared.code in (1, 6) then 0
            when compared.place in (4, 5) then log2(book_order.share)
            else
                log2(
                    book_order.share
                    * greatest(
                        1,
                        case
                            when compared.received = 1 then record_frequency.day_records
                            else record_frequency.unit_records
                        end / $place_rings[compared.place]
                    )
                )
        end as by_place
    from compared
    inner join entry on compared.entry_id = entry.entry_id
    inner join record on compared.record_id = record.record_id
    inner join record_frequency on compared.record_id = record_frequency.record_id
    left join coded on compared.entry_id = coded.entry_id and compared.feed = coded.feed
    left join keeping_order on compared.feed = keeping_order.feed and entry.book_id = keeping_order.book_id
    left join book_order
        on
            compared.feed = book_order.feed
            and entry.book_id = book_order.book_id
            and compared.place = book_order.level
    where not compared.is_certain
)

select
    *,
    agreeing + chance + by_day + by_code + by_applicant + by_procedure + by_place as weight
from adjusted
-- what is a thousand times less probable than not is nobody's rival
where agreeing + chance + by_day + by_code + by_applicant + by_procedure + by_place > -10
