import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import type { Authenticator } from './access/authenticator.ts';
import { AdmittedGuard } from './access/admitted.guard.ts';
import type { Adapters } from './adapters.ts';
import { IdempotencyInterceptor } from './answers/idempotency.interceptor.ts';
import { ProblemFilter } from './answers/problem.filter.ts';
import { validationPipe } from './answers/validation.pipe.ts';
import { DemoController } from './demo/demo.controller.ts';
import type { SandboxControl } from './demo/sandbox-control.ts';
import type { EventStreams } from './events/event-streams.ts';
import { EventsController } from './events/events.controller.ts';
import { ExportsController } from './exports/exports.controller.ts';
import type { IngestFigures } from './ingest/ingest-figures.ts';
import { IngestController } from './ingest/ingest.controller.ts';
import type { RequestLimits } from './limits/request-limits.ts';
import { PreviewController } from './preview/preview.controller.ts';
import { AnnotationsController } from './resources/annotations.controller.ts';
import { ApprovalsController } from './resources/approvals.controller.ts';
import { AuditController } from './resources/audit.controller.ts';
import { CatalogueController } from './resources/catalogue.controller.ts';
import { ChannelsController } from './resources/channels.controller.ts';
import { ControlsController } from './resources/controls.controller.ts';
import { IncidentsController } from './resources/incidents.controller.ts';
import { LabelsController } from './resources/labels.controller.ts';
import { PlanEditsController } from './resources/plan-edits.controller.ts';
import { PlansController } from './resources/plans.controller.ts';
import { PoliciesController } from './resources/policies.controller.ts';
import { PreferencesController } from './resources/preferences.controller.ts';
import { RunsController } from './resources/runs.controller.ts';
import { ServicesController } from './resources/services.controller.ts';
import { TokensController } from './resources/tokens.controller.ts';
import { SessionController } from './session/session.controller.ts';
import type { Settings } from './settings.ts';
import { SystemController } from './system/system.controller.ts';
import { ADAPTERS, AUTHENTICATOR, FIGURES, LIMITS_OF_REQUESTS, SANDBOX, SETTINGS, STREAMS } from './tokens.ts';

/** What the module's controllers are given; built by `createApplication`. */
export interface Parts {
  readonly adapters: Adapters;
  readonly settings: Settings;
  readonly authenticator: Authenticator;
  readonly limits: RequestLimits;
  readonly streams: EventStreams;
  readonly sandbox: SandboxControl;
  readonly figures: IngestFigures;
}

/** The API's one module. Guard, pipe, filter and idempotency are global: no controller can leave them out. */
@Module({})
export class AppModule {
  static with(parts: Parts): DynamicModule {
    const given = (provide: symbol, useValue: unknown) => ({ provide, useValue });
    return {
      module: AppModule,
      controllers: [
        SystemController,
        SessionController,
        EventsController,
        IngestController,
        ServicesController,
        IncidentsController,
        LabelsController,
        AnnotationsController,
        PreferencesController,
        ExportsController,
        PlansController,
        PlanEditsController,
        ApprovalsController,
        RunsController,
        CatalogueController,
        PoliciesController,
        AuditController,
        ControlsController,
        TokensController,
        ChannelsController,
        PreviewController,
        DemoController,
      ],
      providers: [
        given(ADAPTERS, parts.adapters),
        given(SETTINGS, parts.settings),
        given(AUTHENTICATOR, parts.authenticator),
        given(LIMITS_OF_REQUESTS, parts.limits),
        given(STREAMS, parts.streams),
        given(SANDBOX, parts.sandbox),
        given(FIGURES, parts.figures),
        { provide: APP_GUARD, useClass: AdmittedGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        { provide: APP_PIPE, useFactory: validationPipe },
      ],
    };
  }
}
