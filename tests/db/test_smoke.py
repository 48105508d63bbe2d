from db import migrate


def test_models_and_migrations_agree(database):
    assert migrate.standing(database) == migrate.newest()
    assert migrate.differences(database) == []
