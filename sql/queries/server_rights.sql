-- Rights on a PostgreSQL server that a connection holds, or could take with `set role`, and that not everybody
-- there has: each would let a query read files, start programs, read hashes of passwords or reach other servers.
-- Grain: right_name
-- Order: the most telling first
with

possible_roles as (
    select *
    from pg_roles
    where pg_has_role(session_user, oid, 'member')
),

-- What `initdb`, or an extension when it was made, kept from everybody.
kept as (
    select objoid, classoid
    from pg_init_privs
    where not exists (select 1 from aclexplode(initprivs) as given where given.grantee = 0)
),

risky_functions as (
    select pg_proc.oid, pg_proc.proname
    from pg_proc
    join kept on kept.objoid = pg_proc.oid and kept.classoid = cast('pg_proc' as regclass)
    union
    -- These are run by the server itself, wherever they lead; not those of `internal`, `sql` and `c`.
    select pg_proc.oid, pg_proc.proname
    from pg_proc
    join pg_language on pg_language.oid = pg_proc.prolang
    where not pg_language.lanpltrusted and pg_language.lanname not in ('internal', 'sql', 'c')
    union
    select pg_proc.oid, pg_proc.proname
    from pg_proc
    join pg_depend on pg_depend.objid = pg_proc.oid and pg_depend.classid = cast('pg_proc' as regclass)
    join pg_extension on pg_extension.oid = pg_depend.refobjid and pg_depend.deptype = 'e'
    where pg_extension.extname in ('dblink', 'http', 'pg_net')
),

rights as (
    select 1 as rank, 'superuser ' || rolname as right_name
    from possible_roles
    where rolsuper
    union all
    select 2, 'role ' || rolname
    from possible_roles
    where (left(rolname, 3) = 'pg_' and rolname <> 'pg_database_owner') or (rolreplication and not rolsuper)
    union all
    select 3, 'function ' || risky_functions.proname
    from risky_functions
    join possible_roles on has_function_privilege(possible_roles.oid, risky_functions.oid, 'execute')
    union all
    select 4, 'table ' || pg_class.relname
    from pg_class
    join kept on kept.objoid = pg_class.oid and kept.classoid = cast('pg_class' as regclass)
    join possible_roles on has_table_privilege(possible_roles.oid, pg_class.oid, 'select')
)

select right_name
from rights
group by rank, right_name
order by rank, right_name
