"""A FastAPI service that tells its metrics to an Outrider sidecar over OTLP/HTTP."""

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException
from opentelemetry import metrics
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource

# Each process has an id of its own, so that the sidecar tells the workers of a service apart.
name = os.environ.get("OTEL_SERVICE_NAME", "fastapi-shop")
resource = Resource.create({"service.name": name, "service.instance.id": str(uuid.uuid4())})
# Endpoint, interval and temporality are read from the environment: OTEL_EXPORTER_OTLP_ENDPOINT
# (http://localhost:4318 if it is not set), OTEL_METRIC_EXPORT_INTERVAL,
# OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE.
reader = PeriodicExportingMetricReader(OTLPMetricExporter())
provider = MeterProvider(resource=resource, metric_readers=[reader])
metrics.set_meter_provider(provider)
orders = metrics.get_meter("shop").create_counter("shop.orders", unit="{order}", description="Orders taken.")


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    # uvicorn ends by the signal it got, so that nothing registered with atexit runs: the last counts go out here.
    provider.shutdown()


app = FastAPI(lifespan=lifespan)
FastAPIInstrumentor.instrument_app(app)


@app.get("/products/{product_id}")
async def product(product_id: int) -> dict[str, int]:
    if product_id > 1000:
        raise HTTPException(status_code=404)
    return {"id": product_id}


@app.post("/orders")
async def order() -> dict[str, str]:
    orders.add(1, {"shop.channel": "web"})
    return {"state": "taken"}


@app.get("/broken")
async def broken() -> None:
    raise HTTPException(status_code=503)
