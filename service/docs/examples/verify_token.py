"""Lets in who has a token of Warmgate's Supabase API. Needs fastapi, uvicorn and pyjwt[crypto].

ISSUER=https://api.example.com/auth/v1 uvicorn verify_token:app
"""

import os
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

ISSUER = os.environ["ISSUER"]
# Asks for keys again on an unknown kid, at most every 30 seconds.
KEYS = jwt.PyJWKClient(f"{ISSUER}/.well-known/jwks.json", lifespan=600, timeout=5)


def claims(bearer: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> dict:
    try:
        key = KEYS.get_signing_key_from_jwt(bearer.credentials)
        return jwt.decode(bearer.credentials, key, algorithms=["ES256"], audience="authenticated",
                          issuer=ISSUER, options={"require": ["exp", "sub"]})
    except jwt.PyJWKClientConnectionError as away:  # A 401 would end the session of a good client.
        raise HTTPException(503, headers={"Retry-After": "1"}) from away
    except jwt.PyJWTError as refused:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"}) from refused


app = FastAPI()


@app.get("/me")
def me(token: Annotated[dict, Depends(claims)]) -> dict:
    return {"id": token["sub"]}
