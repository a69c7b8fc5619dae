"""The extensions, created here and bound to the app in create_app; imports no room."""

from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Flask
from flask_babel import Babel
from flask_limiter import Limiter
from flask_login import LoginManager
from flask_mail import Mail
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import DeclarativeBase

from shop.database.connections import close_connections
from shop.web import translations
from shop.web.request_info import get_visitor_network


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:

    class Model(Base):
        """Base class of tables; at run time Flask-SQLAlchemy's."""

        __abstract__ = True
else:
    Model = db.Model
migrate = Migrate()
login_manager = LoginManager()
csrf = CSRFProtect()
mail = Mail()
babel = Babel()
limiter = Limiter(key_func=get_visitor_network)


def init_app(app: Flask) -> None:
    """Bind the extensions to the app."""
    db.init_app(app)
    migrate.init_app(app, db, directory=f"{app.root_path}/migrations")
    csrf.init_app(app)
    app.config["WTF_CSRF_SECRET_KEY"] = [*reversed(app.config["SECRET_KEY_FALLBACKS"]), app.config["SECRET_KEY"]]
    for extension in (limiter, login_manager, mail, babel):
        extension.init_app(app)
    translations.init_app(app)


def close_database(app: Flask) -> str:
    """Close every connection of this process, as it ends or before it forks: a connection belongs to one process.

    Returns a sentence if SQLite's file lacks recent changes, otherwise an empty text.
    """
    with app.app_context():
        return close_connections(db.engine)
