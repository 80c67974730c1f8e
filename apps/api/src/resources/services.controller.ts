import { Controller, Inject, Param, Query } from '@nestjs/common';
import {
  Anomaly,
  Forecast,
  page,
  SeriesResource,
  ServiceForecast,
  ServiceResource,
  SloResource,
  type Principal,
} from '@autoops/contracts';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { Caller, foundWithin, itemsWithin, within } from '../answers/call.ts';
import { Operation, QueryParameters } from '../answers/operation.ts';
import { PageParameters, pageOf, QueryBoolean } from '../answers/pages.ts';
import { ADAPTERS } from '../tokens.ts';

const Scope = PageParameters.extend({
  environment: z.string().max(64).optional(),
  service: z.string().max(64).optional(),
});
const AnomalyParameters = Scope.extend({ open: QueryBoolean.optional() });
const Moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const SeriesParameters = Scope.extend({
  indicator: z.string().max(256).optional(),
  metric: z.string().max(256).optional(),
  from: Moment.optional(),
  to: Moment.optional(),
  maxPoints: z.coerce.number().int().min(2).max(5_000).default(600),
});

/** What is watched: services, SLOs, series, anomalies and forecasts. */
@Controller()
export class ServicesController {
  constructor(@Inject(ADAPTERS) private readonly adapters: Adapters) {}

  @Operation('services.list', { response: page(ServiceResource) })
  @QueryParameters(Scope)
  async services(@Caller() caller: Principal, @Query({ schema: Scope }) query: z.infer<typeof Scope>) {
    const all = itemsWithin(caller, await this.adapters.readModels.services(caller.workspaceId, query));
    return pageOf(
      all.filter((service) => query.service === undefined || service.service === query.service),
      (service) => service.id,
      query,
    );
  }

  @Operation('services.get', { response: ServiceResource })
  async service(@Caller() caller: Principal, @Param('id') id: string) {
    return foundWithin(caller, await this.adapters.readModels.service(caller.workspaceId, id));
  }

  @Operation('slos.list', { response: page(SloResource) })
  @QueryParameters(Scope)
  async slos(@Caller() caller: Principal, @Query({ schema: Scope }) query: z.infer<typeof Scope>) {
    const all = itemsWithin(caller, await this.adapters.readModels.slos(caller.workspaceId, query));
    return pageOf(all, (slo) => slo.id, query);
  }

  @Operation('slos.get', { response: SloResource })
  async slo(@Caller() caller: Principal, @Param('id') id: string) {
    return foundWithin(caller, await this.adapters.readModels.slo(caller.workspaceId, id));
  }

  @Operation('series.list', { response: page(SeriesResource) })
  @QueryParameters(SeriesParameters)
  series(@Caller() caller: Principal, @Query({ schema: SeriesParameters }) query: z.infer<typeof SeriesParameters>) {
    return this.adapters.readModels.series(caller.workspaceId, within(caller, query));
  }

  @Operation('series.get', { response: SeriesResource })
  @QueryParameters(SeriesParameters)
  async oneSeries(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query({ schema: SeriesParameters }) query: z.infer<typeof SeriesParameters>,
  ) {
    return foundWithin(caller, await this.adapters.readModels.seriesById(caller.workspaceId, id, query));
  }

  @Operation('anomalies.list', { response: page(Anomaly) })
  @QueryParameters(AnomalyParameters)
  anomalies(
    @Caller() caller: Principal,
    @Query({ schema: AnomalyParameters }) query: z.infer<typeof AnomalyParameters>,
  ) {
    return this.adapters.readModels.anomalies(caller.workspaceId, within(caller, query));
  }

  @Operation('anomalies.get', { response: Anomaly })
  async anomaly(@Caller() caller: Principal, @Param('id') id: string) {
    return foundWithin(caller, await this.adapters.readModels.anomaly(caller.workspaceId, id));
  }

  @Operation('forecasts.list', { response: page(Forecast) })
  @QueryParameters(Scope)
  forecasts(@Caller() caller: Principal, @Query({ schema: Scope }) query: z.infer<typeof Scope>) {
    return this.adapters.readModels.forecasts(caller.workspaceId, within(caller, query));
  }

  @Operation('service-forecasts.list', { response: page(ServiceForecast) })
  @QueryParameters(Scope)
  async serviceForecasts(@Caller() caller: Principal, @Query({ schema: Scope }) query: z.infer<typeof Scope>) {
    const all = itemsWithin(caller, await this.adapters.readModels.serviceForecasts(caller.workspaceId, query));
    return pageOf(all, (forecast) => forecast.id, query);
  }

  @Operation('forecasts.get', { response: Forecast })
  async forecast(@Caller() caller: Principal, @Param('id') id: string) {
    return foundWithin(caller, await this.adapters.readModels.forecast(caller.workspaceId, id));
  }
}
