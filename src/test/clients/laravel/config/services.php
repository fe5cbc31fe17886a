<?php

return ['posthaste' => ['secret' => env('POSTHASTE_SECRET')]];
